// Copying and searching. Everything else works without this.
(function () {
  "use strict";
  var root = new URL(".", document.currentScript.src);

  // The commands of a block: where it has lines after a prompt, these alone.
  function commands(text) {
    var prompted = text.split("\n").filter(function (line) { return line.indexOf("$ ") === 0; });
    return (prompted.length ? prompted.map(function (line) { return line.slice(2); }).join("\n") : text).trim();
  }

  function write(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    var area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    document.body.appendChild(area);
    area.select();
    var done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject();
  }

  function addCopy(block) {
    var frame = document.createElement("div");
    frame.className = block.textContent.trim().indexOf("\n") < 0 ? "code one" : "code";
    block.parentNode.insertBefore(frame, block);
    frame.appendChild(block);
    var button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", function () {
      write(commands(block.textContent)).then(function () { button.textContent = "Copied"; }, function () { button.textContent = "Not copied"; });
      setTimeout(function () { button.textContent = "Copy"; }, 2000);
    });
    frame.appendChild(button);
  }
  document.querySelectorAll("main pre:not(.error pre)").forEach(addCopy);

  var form = document.querySelector("form.search");
  var input = form.querySelector("input");
  var results = form.querySelector("#results");
  var status = results.querySelector("p");
  var list = results.querySelector("ul");
  var index = null;
  var loading = false;
  form.hidden = false;

  function load(file, then) {
    var script = document.createElement("script");
    script.src = new URL(file, root);
    script.onload = then;
    document.head.appendChild(script);
  }

  // Words as they are in error messages: SO_REUSEADDR is one, and of :::3000 the number.
  var between = /[^A-Za-z0-9_]+/;

  function makeIndex() {
    lunr.tokenizer.separator = between;
    index = lunr(function () {
      this.ref("at");
      this.field("title", { boost: 6 });
      this.field("word", { boost: 8 });
      this.field("about", { boost: 3 });
      this.field("text");
      window.inusePages.forEach(function (page, at) {
        this.add({ at: at, title: page.title, word: page.word, about: page.about, text: page.text });
      }, this);
    });
    search();
  }

  function prepare() {
    if (index || loading) return;
    loading = true;
    load("lunr.js", function () { load("search-data.js", makeIndex); });
  }

  // Many programs say nearly the same: of their messages five are enough, of all ten.
  function few() {
    var messages = 0, all = 0;
    return function (hit) {
      var shown = all < 10 && (window.inusePages[hit.ref].kind !== "Error message" || ++messages <= 5);
      if (shown) all++;
      return shown;
    };
  }

  function found(text) {
    var words = text.split(between).filter(Boolean).slice(0, 40);
    return index.query(function (query) {
      words.forEach(function (word, at) {
        // A port says little about what went wrong; an errno does.
        var boost = /^\d+$/.test(word) && !/^(1|13|98|99|111)$/.test(word) ? 2 : 5;
        query.term(lunr.tokenizer(word), { boost: boost });
        if (at === words.length - 1 && word.length > 1) query.term(word.toLowerCase(), { wildcard: lunr.Query.wildcard.TRAILING, usePipeline: false });
      });
    }).filter(few());
  }

  function item(page) {
    var link = document.createElement("a");
    link.href = new URL(page.url, root);
    var title = document.createElement("b");
    title.textContent = page.title;
    var about = document.createElement("span");
    about.textContent = page.kind + (page.word ? " · " + page.word : "") + (page.about ? ": " + page.about : "");
    link.append(title, about);
    var row = document.createElement("li");
    row.appendChild(link);
    return row;
  }

  function search() {
    var text = input.value.trim();
    results.hidden = !text;
    if (!text || !index) return;
    var hits = found(text);
    list.replaceChildren.apply(list, hits.map(function (hit) { return item(window.inusePages[hit.ref]); }));
    status.textContent = hits.length ? "" : "Nothing found.";
  }

  input.addEventListener("focus", prepare);
  input.addEventListener("input", function () { prepare(); search(); });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var first = list.querySelector("a");
    if (first) first.click();
  });
  form.addEventListener("keydown", function (event) {
    var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") { results.hidden = true; input.focus(); }
    if (!step) return;
    event.preventDefault();
    var stops = [input].concat(Array.from(list.querySelectorAll("a")));
    var next = stops[stops.indexOf(document.activeElement) + step];
    if (next) next.focus();
  });
  results.addEventListener("click", function () { results.hidden = true; });
  document.addEventListener("click", function (event) { if (!form.contains(event.target)) results.hidden = true; });
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) { event.preventDefault(); input.focus(); }
  });
})();
