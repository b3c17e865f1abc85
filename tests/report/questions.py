# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of the report's page in a browser; each answer is what is wrong, a sentence each."""

from __future__ import annotations

import typing as t

from tests.report.browser import Page

__all__ = ["accessibility", "all_of_it", "keyboard", "network", "print_out", "width", "words"]

#: Words whose letters stand on more than one line. What stands in <code>, paths, images and URLs are no words, and no more are
#: columns' upright headings.
BROKEN_WORDS = r"""
(() => {
  const broken = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const parent = node.parentElement;
    if (parent.closest('code, pre, svg, style, .hidden, a[href^="http"], .many thead')) continue;
    for (const word of node.data.matchAll(/(?<!\S)["(\[]?[\p{L}\p{N}']{2,24}[\])"',.;:!?]*(?!\S)/gu)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].filter(box => box.width > 0).map(box => Math.round(box.top)));
      if (lines.size > 1) broken.push(word[0]);
    }
  }
  return broken;
})()
"""

#: What is wider than the window and does not scroll by itself.
TOO_WIDE = r"""
(() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll('body *')]
    .filter(each => each.getBoundingClientRect().right > wide + 1 && !each.closest('.scroll, .skip, .hidden'))
    .map(each => each.tagName + ': ' + each.textContent.trim().slice(0, 60)).slice(0, 5)
    .concat('the page is ' + document.documentElement.scrollWidth + ' wide in a window of ' + wide);
})()
"""

AXE = r"""
axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(told =>
  told.violations
    .map(each => [each.id, each.help, ...each.nodes.slice(0, 3).map(node => node.html.slice(0, 160))].join(': '))
    .concat(told.passes.length ? [] : ['axe-core has asked nothing']))
"""

FOCUSABLE = (
    "[...document.querySelectorAll('a[href], summary, [tabindex=\"0\"]')].filter(each => each.checkVisibility())"
)

UNPRINTED = r"""
[...document.querySelectorAll('details')]
  .filter(each => [...each.children].slice(1).every(child =>
    child.getBoundingClientRect().height === 0 || !child.checkVisibility({contentVisibilityAuto: true})))
  .map(each => each.firstElementChild.textContent.trim() + ' is not printed')
"""


def all_of_it(page: Page, url: str, axe: str, *, dark: bool) -> t.Iterator[str]:
    """Everything that can be asked of an open page."""
    yield from network(page, url)
    yield from width(page)
    yield from words(page)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    yield from width(page)
    yield from words(page)
    yield from accessibility(page, axe)


def network(page: Page, url: str) -> t.Iterator[str]:
    """Opening the page asks nobody for anything, and there is nothing in it that could."""
    for event in page.events("Network.requestWillBeSent"):
        if event["request"]["url"] != url:
            yield f"it asks for {event['request']['url']}"
    for event in page.events("Log.entryAdded"):
        yield f"the browser says: {event['entry']['text']}"
    if page.events("Page.javascriptDialogOpening"):
        yield "a script of somebody's has run"
    loaded = "script, img, iframe, object, embed, link, base, form, audio, video, [onerror], [onload], [style]"
    for found in page.evaluate(f"[...document.querySelectorAll('{loaded}')].map(each => each.outerHTML.slice(0, 100))"):
        yield f"{found} stands in it"
    for found in page.evaluate(
        "[...document.links].map(each => each.protocol).filter(each => !/^(https?|file):/.test(each))"
    ):
        yield f"a link opens {found}"


def width(page: Page) -> t.Iterator[str]:
    """Nobody scrolls to the side to read a line."""
    yield from (f"too wide: {found}" for found in page.evaluate(TOO_WIDE))


def words(page: Page) -> t.Iterator[str]:
    """No word is broken in two."""
    yield from (f"the word {found} is broken" for found in page.evaluate(BROKEN_WORDS))


def accessibility(page: Page, axe: str) -> t.Iterator[str]:
    """What axe-core finds.

    :param axe: its source.
    """
    page.evaluate(axe)
    yield from page.evaluate(AXE)


def keyboard(page: Page) -> t.Iterator[str]:
    """With the tabulator one comes to everything that can be used, in the order of the page, and can open what is folded."""
    wanted = page.evaluate(f"{FOCUSABLE}.length")
    page.evaluate(f"{FOCUSABLE}.forEach((each, place) => {{ each.dataset.place = place }})")
    came = []
    for _press in range(wanted):
        page.press("Tab", 9)
        came.append(page.evaluate("Number(document.activeElement.dataset.place ?? -1)"))
        if not page.evaluate("document.activeElement.matches(':focus-visible')"):
            yield f"element {came[-1]} does not show that it has the focus"
    if came != list(range(wanted)):
        yield f"the tabulator goes to {came}, not to the {wanted} elements in their order"
    if page.evaluate("Boolean(document.querySelector('details:not([open]) > summary'))"):
        page.evaluate("document.querySelector('details:not([open]) > summary').focus()")
        page.press("Enter", 13)
        if not page.evaluate("document.activeElement.parentElement.open"):
            yield "Enter does not open what is folded"


def print_out(page: Page) -> t.Iterator[str]:
    """On paper nothing can be opened, so nothing is folded; and it is black on white."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = false })")
    page.media("print", dark=True)
    yield from page.evaluate(UNPRINTED)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    if background != "rgb(255, 255, 255)":
        yield f"the paper is {background}"
