import { assert, assertEquals } from "@std/assert";
import { escapeHtml, Html, markup, scriptJson } from "./html.ts";

Deno.test("`markup` escapes text, keeps markup, joins lists and drops what is absent", () => {
  const inner = markup`<i>${"&"}</i>`;
  assertEquals(
    markup`<p>${"<img onerror=alert(1)>"}${inner}${[1, inner]}${null}${undefined}${false}</p>`
      .markup,
    "<p>&lt;img onerror=alert(1)&gt;<i>&amp;</i>1<i>&amp;</i></p>",
  );
  assertEquals(markup`${new Html("<b>")}`.markup, "<b>");
});

Deno.test("`escapeHtml()` makes text safe in quoted attributes", () => {
  assertEquals(escapeHtml(`"><script>'`), "&quot;&gt;&lt;script&gt;&#39;");
});

Deno.test("`scriptJson()` cannot end its element and reads back as it was", () => {
  const value = { label: "</script><!-- & \u2028\u2029", nested: [1, null] };
  const text = scriptJson(value);
  assert(!/[<>&\u2028\u2029]/.test(text));
  assertEquals(JSON.parse(text), value);
});
