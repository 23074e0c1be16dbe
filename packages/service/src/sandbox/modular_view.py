"""Modular filtering as dnf does it, but with the streams that a build root was given, context by context.

A build root takes packages of whatever repositories it has (module_hotfixes): which streams it sees was chosen when
the module was expanded, and neither defaults nor what dnf would choose itself may change that. resolver.py imports
this file. For dnf's command line it is a plugin: then the views are in the file views.json beside it, and a file
`views.applied` tells that they were applied, because dnf goes on without a plugin that fails.

A view: {"repository": name, "content": FILE, "streams": ["N:S:V:C"]}
The file: {"N:S:V:C": {"packages": [NEVRA with epoch], "names": [name]}}, of all streams of the repositories.
"""
import json
import os

import dnf


def apply_views(sack, views):
    """Hides the packages of other streams, and those that have or provide a name of one of the given streams."""
    contents = {}
    for view in views:
        file = view["content"]
        if file not in contents:
            with open(file, encoding="utf-8") as text:
                contents[file] = json.load(text)
        content = contents[file]
        given = [content[nsvc] for nsvc in view["streams"]]
        shown = {nevra for stream in given for nevra in stream["packages"]}
        names = sorted({name for stream in given for name in stream["names"]})
        others = {nevra for stream in content.values() for nevra in stream["packages"]} - shown
        packages = sack.query().filter(reponame=view["repository"])
        hidden = packages.filter(nevra_strict=sorted(others))
        own = packages.filter(nevra_strict=sorted(shown))
        beside = packages.filter(name=names).union(packages.filter(provides=names)).difference(own)
        sack.add_excludes(hidden.union(beside))


class ModularView(dnf.Plugin):
    name = "modular_view"

    def sack(self):
        folder = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(folder, "views.json"), encoding="utf-8") as text:
            apply_views(self.base.sack, json.load(text))
        with open(os.path.join(folder, "views.applied"), "w", encoding="utf-8"):
            pass
