# One Markdown file of the tree as a page of Hugo: its first heading is the title, its first paragraph the description.
# Lines of commands with a remark to the right of each become a list, which a narrow screen can show.
# -v source=FILE -v weight=N -v only=HEADING (that section alone) -v kind=causes (the first sentence is the title) -v answer=FILE

function quoted(text) {
  gsub(/\\/, "\\\\", text)
  gsub(/"/, "\\\"", text)
  return "\"" text "\""
}

function plain(text) {
  gsub(/\]\([^)]*\)/, "", text)
  gsub(/[`\[]|\*\*/, "", text)
  return text
}

function escaped(text) {
  gsub(/&/, "\\&amp;", text)
  gsub(/</, "\\&lt;", text)
  gsub(/>/, "\\&gt;", text)
  return text
}

# Code in a remark, which is escaped already.
function marked(text) {
  while (match(text, /`[^`]+`/))
    text = substr(text, 1, RSTART - 1) "<code>" substr(text, RSTART + 1, RLENGTH - 2) "</code>" substr(text, RSTART + RLENGTH)
  return text
}

function isProse(text) { return text !~ /^$|^    |^\||^#|^!|^- |^```|^<|^[0-9]+\. / }

# Where the remark of a line starts; 0 without one.
function remarkAt(text) {
  match(text, /^ */)
  from = RLENGTH
  return match(substr(text, from + 1), /   *[^ ]/) ? from + RSTART + RLENGTH - 1 : 0
}

# Whether a line of a block names a command or an option, rather than going on with a remark.
function names(text) { return text !~ /^ / || text ~ /^ +--/ }

function isList(first, last,   i, text, named, remarked) {
  if (substr(line[first], 5) !~ /^[^$ ]*inuse |^[a-z].*\| inuse -/) return 0
  for (i = first; i <= last; i++) {
    text = substr(line[i], 5)
    if (names(text)) {
      named++
      if (remarkAt(text)) remarked++
    } else if (text !~ /^          /) return 0
  }
  return named > 1 && remarked * 2 >= named
}

function list(first, last,   i, text, at, remark) {
  print "<dl class=\"lines\">"
  for (i = first; i <= last; i++) {
    text = substr(line[i], 5)
    at = names(text) ? remarkAt(text) : 0
    if (names(text)) {
      if (i > first) print "</dd></div>"
      remark = at ? substr(text, at) : ""
      text = at ? substr(text, 1, at - 1) : text
      gsub(/^ +| +$/, "", text)
      sub(/^# /, "", remark)
      printf "<div><dt><code>%s</code></dt><dd>%s", escaped(text), marked(escaped(remark))
    } else {
      sub(/^ +/, "", text)
      printf " %s", marked(escaped(text))
    }
  }
  print "</dd></div>\n</dl>"
}

NR == 1 { title = $0; sub(/^# /, "", title); next }
only && /^## / { inside = $0 == "## " only; next }
!only || inside { line[++count] = $0 }

END {
  # A word such as "Accepted." says nothing of the page.
  for (last = 0; description !~ / / && last < count;) {
    for (first = last + 1; first <= count && !isProse(line[first]); first++);
    description = line[first]
    for (last = first; last < count && isProse(line[last + 1]); last++) description = description " " line[last + 1]
  }
  if (kind == "causes") {
    word = title
    title = description
    sub(/\.$/, "", title)
    start = last + 1
  } else start = 1
  if (only) title = only
  printf "---\ntitle: %s\nsource: %s\nweight: %d\ndescription: %s\n", quoted(title), quoted(source), weight, quoted(plain(description))
  if (word) printf "word: %s\n", quoted(word)
  print "---"
  if (answer) {
    print "\n```"
    while ((getline text <answer) > 0) print text
    print "```"
  }
  for (i = start; i <= count; i++) {
    if (line[i] ~ /^    / && (i == 1 || line[i - 1] == "")) {
      for (end = i; end < count && line[end + 1] ~ /^    /; end++);
      if (isList(i, end)) {
        list(i, end)
        i = end
        continue
      }
    }
    # A command that is a paragraph of its own is a block that can be copied.
    if (kind && line[i] ~ /^`[^`]+`$/ && line[i - 1] == "" && line[i + 1] == "") line[i] = "    " substr(line[i], 2, length(line[i]) - 2)
    print line[i]
  }
}
