"""A resolver that stays warm: dnf answers which packages a source package needs in a build root.

Started by resolver.ts, confined and as the build user. It listens on a unix socket; each connection carries one
JSON line in and one out, and is answered in a fork, so that a crash or a leak in there ends with the answer. It
ends itself after some idle minutes.

Request:  {"root": a root whose package database counts as installed,
           "repositories": [{"name", "url", "priority"}], "views": [see modular_view.py],
           "sourcePackage": path, "cache": folder}
Answer:   {"install": [paths], "problems": [sentences], "broken": why the package database is none, or null}
"""
import json
import os
import re
import resource
import shutil
import signal
import socket
import stat
import sys
import tempfile

import dnf
import dnf.conf
import dnf.exceptions

import modular_view

DATABASE = ("var", "lib", "rpm")
# What rpm's backends keep there: SQLite, its own format, and Berkeley DB with one file for each index.
DATABASE_FILES = {
    "rpmdb.sqlite", "rpmdb.sqlite-wal", "rpmdb.sqlite-shm", "Packages.db", "Index.db", "Packages", "Name", "Basenames",
    "Group", "Requirename", "Providename", "Conflictname", "Obsoletename", "Triggername", "Dirnames", "Installtid",
    "Sigmd5", "Sha1header", "Filetriggername", "Transfiletriggername", "Recommendname", "Suggestname",
    "Supplementname", "Enhancename",
}
# A thousand packages take some 100 MB.
DATABASE_BYTES_MAX = 512 << 20
# To read such a database takes less than a second, and some times its size.
DATABASE_SECONDS_MAX = 60
DATABASE_MEMORY_MAX = 2 << 30
IDLE_SECONDS = 600
ANSWER_SECONDS_MAX = 600
# The metadata of a whole distribution takes one or two.
ANSWER_MEMORY_MAX = 8 << 30
REQUEST_BYTES_MAX = 1 << 20


class BrokenDatabase(Exception):
    """What a package has left where the package database should be."""


def resolve(request):
    # rpm opens its database for writing even to read it: it gets a copy of its own.
    with tempfile.TemporaryDirectory() as root:
        try:
            copy_database(request["root"], root)
            require_readable(root, request)
        except BrokenDatabase as error:
            return {"install": [], "problems": [], "broken": str(error)}
        return resolve_in(root, request)


def copy_database(source, target):
    """Copies plain files of known names: scriptlets can put links, pipes and anything else there."""
    copy = os.path.join(target, *DATABASE)
    os.makedirs(copy)
    folder = open_folder(source, DATABASE)
    left = DATABASE_BYTES_MAX
    try:
        for name in sorted(DATABASE_FILES.intersection(os.listdir(folder))):
            with open_plain(name, folder) as content, open(os.path.join(copy, name), "wb") as into:
                left -= os.fstat(content.fileno()).st_size
                if left < 0:
                    raise BrokenDatabase(f"it is larger than {DATABASE_BYTES_MAX >> 20} MB")
                shutil.copyfileobj(content, into)
    finally:
        os.close(folder)


def open_folder(root, names):
    """A folder below a root; no part of the way there is a link."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    folder = os.open(root, flags)
    for index, name in enumerate(names):
        try:
            inner = os.open(name, flags, dir_fd=folder)
        except OSError as error:
            raise BrokenDatabase(f"/{'/'.join(names[:index + 1])} is not a folder") from error
        finally:
            os.close(folder)
        folder = inner
    return folder


def open_plain(name, folder):
    try:
        # A pipe would keep us waiting for somebody to write.
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as error:
        raise BrokenDatabase(f"{name} is not a regular file") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BrokenDatabase(f"{name} is not a regular file")
    return os.fdopen(descriptor, "rb")


def require_readable(root, request):
    """Reads the database once in a process of its own, which ends for what takes all memory, for ever, or down with it."""
    child = os.fork()
    if child == 0:
        signal.alarm(DATABASE_SECONDS_MAX)
        limit_memory(DATABASE_MEMORY_MAX)
        try:
            dnf.Base(configuration(root, request)).fill_sack(load_system_repo=True, load_available_repos=False)
            os._exit(0)
        except BaseException:  # pylint: disable=broad-except
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise BrokenDatabase("rpm cannot read it")


def limit_memory(more):
    """Lets this process take so much more than it has."""
    with open("/proc/self/statm", encoding="ascii") as sizes:
        own = int(sizes.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (own + more, own + more))


def configuration(root, request):
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
    return conf


def resolve_in(root, request):
    conf = configuration(root, request)
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
        hidden = modular_view.explain(base.sack, request["views"], source)
        return {"install": [], "problems": problems(base) + hidden, "broken": None}
    packages = [package for package in base.goal.list_installs() + base.goal.list_upgrades() + base.goal.list_downgrades()
                if package.arch not in ("src", "nosrc")]
    remote = [package for package in packages if package.repo.remote_location("") and not is_local(package)]
    if remote:
        base.download_packages(remote)
    return {"install": sorted(package.localPkg() for package in packages), "problems": [], "broken": None}


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
            # librpm prints a line for each bad header of a database, and a build may have written it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(1, 2)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.alarm(ANSWER_SECONDS_MAX)
            limit_memory(ANSWER_MEMORY_MAX)
            answer(connection)
            os._exit(0)
        connection.close()


if __name__ == "__main__":
    main(sys.argv[1])
