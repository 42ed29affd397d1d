// Every contrast on this page as its styles come out: [kind, ratio, what]. Kinds: `body` (sentences one reads), `text` (links, large figures,
// buttons, headings, errors), `control` (the edge of what is filled in or pressed), `focus` (the ring around what has the focus).
() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = {};
  const rgba = (colour) => {
    if (!known[colour]) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      known[colour] = [r, g, b, a / 255];
    }
    return known[colour];
  };
  const over = (top, ground, alpha = top[3]) => top.slice(0, 3).map((c, i) => c * alpha + ground[i] * (1 - alpha));
  const light = (c) => {
    const [r, g, b] = c.map((v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  // What lies behind an element's content: its own ground and those around it, down to the window's.
  const ground = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.push(rgba(getComputedStyle(e).backgroundColor));
    const canvas = getComputedStyle(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme:dark)").matches ? [18, 18, 18] : [255, 255, 255];
    return layers.reverse().reduce((below, layer) => over(layer, below), canvas);
  };
  const faded = (element) => {
    let alpha = 1;
    for (let e = element; e; e = e.parentElement) alpha *= getComputedStyle(e).opacity;
    return alpha;
  };
  const seen = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !e.closest(".skip, .trap") && e.getBoundingClientRect().width > 1;
  const called = (e) => `${e.localName}.${e.className}#${e.id}: ${(e.textContent || e.value || "").trim().slice(0, 30)}`;

  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const e = node.parentElement;
    if (!node.data.trim() || e.closest("script, style, option, svg") || !seen(e)) continue;
    const large = parseFloat(getComputedStyle(e).fontSize) >= 24;
    const read = !large && e.closest("p, li, dd, td, blockquote, label") && e.closest("main, [role=main]") && !e.closest("a, button, .button, .error, summary, .kicker");
    const colour = rgba(getComputedStyle(e).color);
    const behind = ground(e);
    found.push([read ? "body" : "text", ratio(over(colour, behind, colour[3] * faded(e)), behind), called(e)]);
  }
  for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea, button, .button")) {
    if (!seen(e)) continue;
    const style = getComputedStyle(e);
    const around = ground(e.parentElement);
    if (style.appearance === "auto" && /checkbox|radio/.test(e.type)) continue;
    const edge = parseFloat(style.borderBlockStartWidth) >= 1 ? over(rgba(style.borderBlockStartColor), around) : around;
    const edges = [edge, ...(e.matches("button, .button") ? [ground(e)] : [])];
    found.push(["control", Math.max(...edges.map((one) => ratio(one, around))), called(e)]);
    if ("value" in e && e.localName !== "button") found.push(["body", ratio(rgba(style.color).slice(0, 3), ground(e)), called(e)]);
  }
  for (const e of document.querySelectorAll("a[href], input:not([type=hidden]), select, textarea, button, summary")) {
    if (e.tabIndex < 0 || !seen(e)) continue;
    e.focus({ focusVisible: true, preventScroll: true });
    const style = getComputedStyle(e);
    if (style.outlineStyle === "auto") continue; // The browser's own ring, in colours of its own.
    const drawn = e.matches(":focus-visible") && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    found.push(["focus", drawn ? ratio(over(rgba(style.outlineColor), ground(e.parentElement)), ground(e.parentElement)) : 0, called(e)]);
    e.blur();
  }
  return found;
}
