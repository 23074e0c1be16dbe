"""A resolver that stays warm: dnf answers which packages a source package needs in a build root.

Started by resolver.ts, confined and as the build user. It listens on a unix socket; each connection carries one
JSON line in and one out, and is answered in a fork, so that a crash or a leak in there ends with the answer. It
ends itself after some idle minutes.

Request:  {"root": a root whose package database counts as installed,
           "repositories": [{"name", "url", "priority"}], "views": [see modular_view.py],
           "sourcePackage": path, "cache": folder}
Answer:   {"install": [paths], "problems": [sentences]}
"""
import json
import os
import re
import shutil
import signal
import socket
import sys
import tempfile

import dnf
import dnf.conf
import dnf.exceptions

import modular_view

DATABASE = "var/lib/rpm"
IDLE_SECONDS = 600
REQUEST_BYTES_MAX = 1 << 20


def resolve(request):
    # rpm opens its database for writing even to read it: it gets a copy of its own.
    with tempfile.TemporaryDirectory() as root:
        shutil.copytree(os.path.join(request["root"], DATABASE), os.path.join(root, DATABASE))
        return resolve_in(root, request)


def resolve_in(root, request):
    # Not dnf's default: that one looks at this host's own database first.
    conf = dnf.conf.Conf()
    conf.installroot = root
    conf.cachedir = request["cache"]
    conf.logdir = request["cache"]
    conf.persistdir = os.path.join(request["cache"], "persist")
    conf.install_weak_deps = False
    conf.gpgcheck = False
    conf.best = True
    conf.ignorearch = False
    conf.module_platform_id = "platform:none"
    conf.reposdir = ["/dev/null"]
    conf.varsdir = ["/dev/null"]
    conf.pluginpath = []
    conf.substitutions["releasever"] = "0"
    base = dnf.Base(conf)
    for repository in request["repositories"]:
        repo = base.repos.add_new_repo(
            repository["name"], conf, baseurl=[repository["url"]],
            # A build root takes packages of any stream: what is in a repository was chosen already.
            module_hotfixes=True, priority=repository["priority"],
            # Names carry a digest of the content, so metadata once read never gets old.
            metadata_expire=-1 if repository["url"].startswith("file://") else 3600, skip_if_unavailable=False)
        repo.load_metadata_other = False
    base.fill_sack(load_system_repo=True)
    modular_view.apply_views(base.sack, request["views"])
    # The solver itself takes a source package's BuildRequires (rich ones too) and BuildConflicts as its own.
    source = base.add_remote_rpms([request["sourcePackage"]])[0]
    base.goal.install(source)
    if not base.goal.run(allow_uninstall=False):
        return {"install": [], "problems": problems(base)}
    packages = [package for package in base.goal.list_installs() + base.goal.list_upgrades() + base.goal.list_downgrades()
                if package.arch not in ("src", "nosrc")]
    remote = [package for package in packages if package.repo.remote_location("") and not is_local(package)]
    if remote:
        base.download_packages(remote)
    return {"install": sorted(package.localPkg() for package in packages), "problems": []}


def is_local(package):
    return os.path.exists(package.localPkg())


def problems(base):
    """The solver's own words, each once: 'nothing provides libfoo-devel needed by hello-1-1.src'."""
    rules = base.goal.problem_rules() or []
    return sorted({re.sub(r"\s+", " ", rule).strip() for rules_of_one in rules for rule in rules_of_one})


def answer(connection):
    stream = connection.makefile("rwb")
    try:
        request = json.loads(stream.readline(REQUEST_BYTES_MAX))
        reply = resolve(request)
    except dnf.exceptions.Error as error:
        reply = {"error": str(error)}
    except Exception as error:  # pylint: disable=broad-except
        reply = {"error": f"{type(error).__name__}: {error}"}
    stream.write(json.dumps(reply).encode() + b"\n")
    stream.flush()


def main(path):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if os.path.exists(path):
        os.unlink(path)
    listener.bind(path)
    os.chmod(path, 0o666)
    listener.listen(64)
    listener.settimeout(IDLE_SECONDS)
    inode = os.stat(path).st_ino
    while True:
        try:
            connection, _ = listener.accept()
        except socket.timeout:
            # Unless another resolver has taken the place.
            if os.path.exists(path) and os.stat(path).st_ino == inode:
                os.unlink(path)
            return
        if os.fork() == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            answer(connection)
            os._exit(0)
        connection.close()


if __name__ == "__main__":
    main(sys.argv[1])
