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
import hawkey


def contents_of(views):
    """The content of each view, each file read once."""
    contents = {}
    for view in views:
        file = view["content"]
        if file not in contents:
            with open(file, encoding="utf-8") as text:
                contents[file] = json.load(text)
        yield view, contents[file]


def apply_views(sack, views):
    """Hides the packages of other streams, and those that have or provide a name of one of the given streams."""
    for view, content in contents_of(views):
        given = [content[nsvc] for nsvc in view["streams"]]
        shown = {nevra for stream in given for nevra in stream["packages"]}
        names = sorted({name for stream in given for name in stream["names"]})
        others = {nevra for stream in content.values() for nevra in stream["packages"]} - shown
        packages = sack.query().filter(reponame=view["repository"])
        hidden = packages.filter(nevra_strict=sorted(others))
        own = packages.filter(nevra_strict=sorted(shown))
        beside = packages.filter(name=names).union(packages.filter(provides=names)).difference(own)
        sack.add_excludes(hidden.union(beside))


def explain(sack, views, source):
    """Which hidden packages would have what a source package needs, in turn, and nothing else has; and who hides them."""
    sentences = set()
    open_needs = list(source.requires)
    seen = set()
    while open_needs:
        need = open_needs.pop()
        if str(need) in seen:
            continue
        seen.add(str(need))
        visible = sack.query().filter(provides=need)
        # What is installed needs nothing any more.
        if visible.installed():
            continue
        if visible:
            open_needs += [deeper for package in visible for deeper in package.requires]
            continue
        for package in sack.query(flags=hawkey.IGNORE_EXCLUDES).filter(provides=need):
            reason = reason_to_hide(package, views)
            if reason is not None:
                sentences.add(f"{nevra(package)} has {need}, but {reason}")
    return sorted(sentences)


def reason_to_hide(package, views):
    for view, content in contents_of(views):
        if view["repository"] != package.reponame:
            continue
        given = view["streams"]
        if any(nevra(package) in content[stream]["packages"] for stream in given):
            return None
        own = [stream for stream in sorted(content) if nevra(package) in content[stream]["packages"]]
        if own:
            return f"is of the stream {', '.join(own)}, which is not in the build root"
        names = {package.name} | {provide.name for provide in package.provides}
        hiding = [stream for stream in given if names.intersection(content[stream]["names"])]
        if hiding:
            return f"is hidden by the stream {', '.join(hiding)}, which is in the build root"
    return None


def nevra(package):
    return f"{package.name}-{package.epoch}:{package.version}-{package.release}.{package.arch}"


class ModularView(dnf.Plugin):
    name = "modular_view"

    def sack(self):
        folder = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(folder, "views.json"), encoding="utf-8") as text:
            apply_views(self.base.sack, json.load(text))
        with open(os.path.join(folder, "views.applied"), "w", encoding="utf-8"):
            pass
