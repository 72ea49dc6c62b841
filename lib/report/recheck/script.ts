/**
 * The script of every page that carries its documents: computes them again when asked, says what came of it.
 *
 * @module
 */

import { bundle } from "./bundle.ts";

/**
 * The bundle and what binds it to the page. `document.body.dataset.recheck` is `same` or `different` once it has
 * been asked. The browser's own SHA-256 is there on https, on loopback and in files; elsewhere ours stands in.
 * The key `/` leads to the site's search.
 */
export const recheckScript = `${bundle}
"use strict";
(() => {
  const { recheck, plainSha256Hex } = assay;
  const body = document.body;
  const button = document.getElementById("recheck");
  const place = document.getElementById("recheck-found");
  const subtle = globalThis.crypto && crypto.subtle;
  const digest = async (text) => {
    if (!subtle) return plainSha256Hex(text);
    const bytes = await subtle.digest("SHA-256", new TextEncoder().encode(text));
    return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const shown = (name) => {
    const found = document.querySelector('[data-place="' + name + '"]');
    return found && found.textContent.trim().toLowerCase();
  };
  const add = (parent, tag, text, className) => {
    const made = parent.appendChild(document.createElement(tag));
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const names = {
    "digest": ["digest", "digests"],
    "run id": ["fact of the run's id", "facts of the run's id"],
    "target": ["target", "targets"],
    "claim": ["claim", "claims"],
    "verdict": ["verdict of a whole", "verdicts of a whole"],
    "cell": ["cell", "cells"],
  };
  const counted = (checks) =>
    Object.keys(names).map((kind) => {
      const number = checks.filter((check) => check.kind === kind).length;
      return number > 0 && number + " " + names[kind][number === 1 ? 0 : 1];
    }).filter(Boolean).join(", ");
  const table = (checks) => {
    const box = document.createElement("div");
    box.className = "scroll";
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "What was computed again");
    const made = add(box, "table", undefined, "grid text checks");
    const head = add(add(made, "thead"), "tr");
    for (const name of ["what", "of", "stated", "computed here", "outcome"]) {
      add(head, "th", name).scope = "col";
    }
    const rows = add(made, "tbody");
    for (const { kind, about, stated, found, same } of checks) {
      const row = add(rows, "tr", undefined, same ? "" : "differs");
      add(row, "td", kind, "kind");
      add(row, "th", about).scope = "row";
      const [first, second] = kind === "digest" ? [stated, found].map((all) => all.slice(0, 16)) : [];
      const short = kind === "digest" && (same || first !== second);
      add(row, "td", short ? first + "…" : stated);
      add(row, "td", short ? second + "…" : found);
      add(row, "td", same ? (kind === "digest" || kind === "run id" ? "same" : "same verdict") : "different");
    }
    return box;
  };
  const say = ({ checks, missing }) => {
    const wrong = checks.filter(({ same }) => !same);
    place.replaceChildren();
    const headline = wrong.length === 0
      ? "All " + checks.length + " are the same."
      : wrong.length + " of " + checks.length + (wrong.length === 1 ? " is" : " are") + " different.";
    add(place, "p", headline, "outcome badge " + (wrong.length === 0 ? "good" : "bad"));
    add(place, "p", "Computed here: " + counted(checks) + "; SHA-256 by " +
      (subtle ? "the browser." : "this page, for the browser offers none here."));
    for (const text of missing) add(place, "p", "Not computed. " + text, "note");
    if (wrong.length > 0) place.append(table(wrong));
    const all = add(place, "details");
    add(all, "summary", "Everything that was computed");
    all.append(table(checks));
    body.dataset.recheck = wrong.length === 0 ? "same" : "different";
  };
  const ask = async () => {
    button.disabled = true;
    delete body.dataset.recheck;
    try {
      const carried = Array.from(document.querySelectorAll("script.carried"), (script) => ({
        name: script.dataset.name,
        sha256: document.getElementById(script.dataset.digest).textContent.trim(),
        value: JSON.parse(script.textContent),
      }));
      say(await recheck(carried, digest, shown));
    } catch (error) {
      place.replaceChildren();
      add(place, "p", "The page cannot be checked: " + error.message, "outcome badge bad");
      body.dataset.recheck = "different";
    } finally {
      button.disabled = false;
      button.focus();
    }
  };
  button.hidden = false;
  button.addEventListener("click", ask);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest && event.target.closest("input, select, textarea");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    const search = document.getElementById("search-text");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (body.dataset.search) {
      event.preventDefault();
      location.href = body.dataset.search;
    }
  });
})();
`;
