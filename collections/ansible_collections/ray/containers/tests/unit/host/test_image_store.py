# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When an account's store is read without Podman, and when Podman is to be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.podman.image_store import read_store


@pytest.fixture
def owner(tmp_path: Path) -> Account:
    return Account(name="ray", uid=1000, gid=1000, group="ray", home=str(tmp_path))


def test_an_account_without_a_store_has_no_images_and_podman_is_not_asked(owner: Account) -> None:
    # Podman would make one there, with the driver vfs, and keep to it: the next run could not set the account up.
    assert read_store(owner) == ()
    assert read_store(owner, in_container=True) == ()


def test_of_a_store_that_is_not_understood_podman_is_to_be_asked(owner: Account) -> None:
    (Path(owner.home) / ".local/share/containers/storage/vfs-images").mkdir(parents=True)
    assert read_store(owner) is None


def test_a_store_is_where_the_configuration_says(owner: Account, tmp_path: Path) -> None:
    settings = tmp_path / ".config" / "containers" / "storage.conf"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'[storage]\ndriver = "overlay"\ngraphroot = "{tmp_path}/store"\n')
    assert read_store(owner) == ()
    for name in ("overlay-images/images.json", "overlay-layers/layers.json"):
        (tmp_path / "store" / name).parent.mkdir(parents=True)
        (tmp_path / "store" / name).write_text("[]")
    assert read_store(owner) == ()


def test_what_the_host_has_is_not_what_a_raylets_container_has(owner: Account) -> None:
    """As it is before the first run of the other way: there is no configuration, and no store, of a container yet."""
    store = Path(owner.home) / ".local/share/containers/storage"
    for name in ("overlay-images/images.json", "overlay-layers/layers.json"):
        (store / name).parent.mkdir(parents=True)
        (store / name).write_text('[{"id": "1"}]' if "images" in name else "[]")
    assert read_store(owner) != ()
    assert read_store(owner, in_container=True) == ()
