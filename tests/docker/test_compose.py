"""The compose file is checked against the house rules, and by docker compose itself where that exists."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker/compose.yaml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
OURS = ("web", "worker", "beat", "migrate")
ENV_EXAMPLE = dict(
    line.split("=", 1) for line in (ROOT / "docker/env.example").read_text().splitlines() if re.match(r"[A-Z_]+=", line)
)


def test_every_service_that_the_portal_needs_is_there():
    assert set(SERVICES) == {"proxy", *OURS, "postgres", "redis"}


@pytest.mark.parametrize("name", SERVICES)
def test_images_have_a_fixed_version(name):
    image = SERVICES[name]["image"]
    assert ":" in image and not image.endswith(":latest") or "${PORTAL_VERSION" in image


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_long_lived_services_have_a_health_check_and_come_back(name):
    # web takes the health check of the image
    assert "healthcheck" in SERVICES[name] or name == "web"
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_the_migration_runs_once_and_before_everything_that_reads_tables():
    assert SERVICES["migrate"]["restart"] == "no"
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("name", OURS)
def test_our_containers_can_do_no_more_than_they_need(name):
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("user", "portal") not in ("root", "0")
    assert not service.get("privileged")


def test_only_the_proxy_is_reachable_and_databases_reach_nothing():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "redis"):
        assert SERVICES[name]["networks"] == ["inside"]
    assert SERVICES["proxy"]["networks"] == ["outside"]


def test_no_service_mounts_the_engine_or_the_host():
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or source == "./Caddyfile"


def test_no_secret_is_written_into_the_file():
    for name, service in SERVICES.items():
        for key, value in (service.get("environment") or {}).items():
            if re.search("PASSWORD|SECRET|AUTH", key):
                assert value.startswith("${"), (name, key)


def test_every_variable_is_in_the_example_and_no_secret_has_a_value_there():
    used = set(re.findall(r"\$\{([A-Z_]+)", TEXT)) - {"PORTAL_VERSION"}
    assert used <= set(ENV_EXAMPLE)
    for key in ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"):
        assert ENV_EXAMPLE[key] == ""


def test_redis_refuses_rather_than_forgets():
    command = SERVICES["redis"]["command"]
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    assert command[command.index("--appendonly") + 1] == "yes"


def test_the_proxy_asks_whether_pages_can_be_served_and_hides_the_inside():
    caddyfile = (ROOT / "docker/Caddyfile").read_text()
    assert caddyfile.count("{") == caddyfile.count("}")
    assert "health_uri /readyz/pages" in caddyfile
    assert "respond @inside 404" in caddyfile


def test_docker_compose_accepts_the_file(tmp_path):
    try:
        version = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("docker is not installed")
    if version.returncode:
        pytest.skip("docker has no compose")
    (tmp_path / "docker").mkdir()
    for name in ("compose.yaml", "Caddyfile", "Dockerfile"):
        (tmp_path / "docker" / name).write_text((ROOT / "docker" / name).read_text())
    filled = {key: value or "filled-in" for key, value in ENV_EXAMPLE.items()}
    (tmp_path / "docker/.env").write_text("".join(f"{key}={value}\n" for key, value in filled.items()))
    config = subprocess.run(
        ["docker", "compose", "-f", tmp_path / "docker/compose.yaml", "config", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (config.returncode, config.stderr) == (0, "")
