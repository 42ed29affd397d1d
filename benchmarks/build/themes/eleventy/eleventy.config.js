import { readFileSync } from "node:fs";

const shared = JSON.parse(readFileSync(new URL("./src/_data/shared.json", import.meta.url)));
const slow = new Set(["gu", "mr", "bn", "hi", "ar"]);
const formats = {};

const minutes = post => (post.minutes ??= Math.max(1, Math.round(post.rawInput.split(/\s+/).length / (slow.has(post.data.lang) ? 180 : 220))));
const slugify = text => text.toLowerCase().replace(/[^\p{L}\p{M}\p{N} -]/gu, "").replace(/ /g, "-");

function headingIds(md) {
  md.core.ruler.push("heading_ids", state => {
    state.tokens.forEach((token, i) => {
      if (token.type === "heading_open") token.attrSet("id", slugify(state.tokens[i + 1].content));
    });
  });
}

function jsonLd({ url, lang, heading, description, kind, date, part, series }, language) {
  const at = path => shared.base_url + path;
  const data = {
    "@context": "https://schema.org", "@type": "WebPage", name: heading, url: at(url), inLanguage: language.hreflang, description,
    publisher: { "@type": "Organization", name: shared.controller, url: at("/"), email: shared.email },
    isPartOf: { "@type": "WebSite", name: language.brand, url: at("/") },
  };
  const trail = [[language.brand, at(`/${lang}/`)]];
  if (kind === "post" || kind === "series") trail.push([language.words.blog, at(`/${lang}/blog/`)]);
  if (kind === "post") {
    const stamp = date.toISOString().slice(0, 10);
    Object.assign(data, {
      "@type": "BlogPosting", headline: heading, datePublished: stamp, dateModified: stamp, mainEntityOfPage: at(url), position: part,
      author: { "@type": "Organization", name: language.brand },
      isPartOf: { "@type": "CreativeWorkSeries", name: series.data.title, url: at(series.url) },
    });
    trail.push([series.data.title, at(series.url)]);
  }
  const scripts = [data];
  if (url !== `/${lang}/`) {
    trail.push([heading, at(url)]);
    scripts.push({
      "@context": "https://schema.org", "@type": "BreadcrumbList",
      itemListElement: trail.map(([name, item], i) => ({ "@type": "ListItem", position: i + 1, name, item })),
    });
  }
  return scripts.map(s => `<script type="application/ld+json">${JSON.stringify(s).replaceAll("<", "\\u003c")}</script>\n`).join("");
}

export default function (config) {
  config.amendLibrary("md", headingIds);
  config.addPassthroughCopy({ static: "/" });
  config.addFilter("iso", date => date.toISOString().slice(0, 10));
  config.addFilter("longdate", (date, lang) => (formats[lang] ??= new Intl.DateTimeFormat(lang, { dateStyle: "long", timeZone: "UTC" })).format(date));
  config.addFilter("fill", (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]));
  config.addFilter("xml", text => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"));
  config.addFilter("minutes", minutes);
  config.addFilter("total", posts => posts.reduce((sum, post) => sum + minutes(post), 0));
  config.addFilter("jsonLd", jsonLd);
  config.addFilter("newest", posts => [...posts].reverse().slice(0, shared.feed_entries || posts.length));

  const of = (api, kind) => api.getAll().filter(p => p.data.kind === kind);
  config.addCollection("bylang", api => group(of(api, "post"), p => p.data.lang));
  config.addCollection("parts", api => {
    const found = group(of(api, "post"), p => `${p.data.lang}/${p.data.series}`);
    for (const posts of Object.values(found)) posts.sort((a, b) => a.data.part - b.data.part);
    return found;
  });
  config.addCollection("heads", api => Object.fromEntries(of(api, "series").map(p => [`${p.data.lang}/${p.data.series}`, p])));
  config.addCollection("series", api => of(api, "series").sort((a, b) => (a.url < b.url ? -1 : 1)));
  config.addCollection("indexed", api => api.getAll().filter(p => p.data.kind && !p.data.hidden));
  return { dir: { input: "src", output: "out" }, markdownTemplateEngine: false };
}

function group(items, key) {
  const found = {};
  for (const item of items) (found[key(item)] ??= []).push(item);
  return found;
}
