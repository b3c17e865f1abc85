# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""pip's configuration, read as pip reads it and said in uv's words."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.pip_configuration import (
    PYPI,
    PackageIndex,
    package_index,
    uv_environment,
)

GLOBAL = ("/etc/pip.conf", "[global]\nindex-url = https://one.example/simple\ncert = /etc/ssl/ours.pem\n")


def test_without_configuration_it_is_pypi() -> None:
    assert package_index([], {}) == PackageIndex()
    assert package_index([], {}).simple_urls == (PYPI,)


def test_later_files_win_and_keep_what_they_do_not_say() -> None:
    user = ("/home/admin/.config/pip/pip.conf", "[global]\nindex_url = https://two.example/simple\n")
    index = package_index([GLOBAL, user], {})
    assert (index.index_url, index.cert) == ("https://two.example/simple", "/etc/ssl/ours.pem")


def test_the_section_of_the_command_wins_over_the_global_one_whichever_file_it_is_in() -> None:
    first = ("/etc/pip.conf", "[install]\nindex-url = https://install.example/simple\n")
    second = ("/home/admin/.pip/pip.conf", "[global]\nindex-url = https://global.example/simple\n")
    assert package_index([first, second], {}).index_url == "https://install.example/simple"


def test_variables_win_over_files() -> None:
    index = package_index([GLOBAL], {"PIP_INDEX_URL": "https://variable.example/simple", "PIP_NO_INDEX": "0"})
    assert index.index_url == "https://variable.example/simple"
    assert not index.no_index


def test_lists_may_be_on_several_lines() -> None:
    text = "[global]\nextra-index-url =\n  https://a.example/simple\n  https://b.example/simple\ntrusted-host = a b\n"
    index = package_index([("/etc/pip.conf", text)], {})
    assert index.extra_index_urls == ("https://a.example/simple", "https://b.example/simple")
    assert index.trusted_hosts == ("a", "b")


def test_without_an_index_none_is_asked() -> None:
    index = package_index([("/etc/pip.conf", "[global]\nno-index = true\nfind-links = /srv/wheels\n")], {})
    assert index.simple_urls == ()
    environment = uv_environment(index, {})
    assert environment["UV_NO_INDEX"] == "1"
    assert environment["UV_FIND_LINKS"] == "/srv/wheels"
    assert "UV_DEFAULT_INDEX" not in environment


def test_a_broken_file_is_named() -> None:
    with pytest.raises(OperatorError) as raised:
        package_index([("/etc/pip.conf", "index-url = nowhere\n")], {})
    assert "/etc/pip.conf" in str(raised.value)


def test_uv_hears_everything_that_pip_is_told() -> None:
    index = PackageIndex(
        index_url="https://user:word@one.example/simple",
        extra_index_urls=("https://two.example/simple",),
        trusted_hosts=("one.example",),
        cert="/etc/ssl/ours.pem",
        client_cert="/etc/ssl/me.pem",
        proxy="http://proxy.example:3128",
        timeout="90",
    )
    assert uv_environment(index, {}) == {
        "UV_SYSTEM_CERTS": "1",
        "UV_DEFAULT_INDEX": "https://user:word@one.example/simple",
        "UV_INDEX": "https://two.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_INSECURE_HOST": "one.example",
        "SSL_CERT_FILE": "/etc/ssl/ours.pem",
        "SSL_CLIENT_CERT": "/etc/ssl/me.pem",
        "HTTPS_PROXY": "http://proxy.example:3128",
        "HTTP_PROXY": "http://proxy.example:3128",
        "UV_HTTP_TIMEOUT": "90",
    }


def test_the_plays_environment_reaches_uv_and_wins() -> None:
    environment = uv_environment(
        PackageIndex(timeout="90"),
        {
            "UV_HTTP_TIMEOUT": "5",
            "UV_PYTHON_INSTALL_MIRROR": "https://m.example",
            "https_proxy": "http://p",
            "PATH": "/x",
        },
    )
    assert environment == {
        "UV_SYSTEM_CERTS": "1",
        "UV_HTTP_TIMEOUT": "5",
        "UV_PYTHON_INSTALL_MIRROR": "https://m.example",
        "https_proxy": "http://p",
    }
