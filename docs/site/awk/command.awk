# What a command's --help prints, as a page: its options in tables, each with an anchor. -v weight=N

function escaped(text) {
  gsub(/&/, "\\&amp;", text)
  gsub(/</, "\\&lt;", text)
  gsub(/>/, "\\&gt;", text)
  return text
}

function into(next_) {
  if (state == next_) return
  if (state == "options") print "</table>\n"
  if (state == "examples") print "</dl>\n"
  if (state == "usage") print "```\n"
  if (next_ == "options") print "<table class=\"options\">"
  if (next_ == "examples") print "<dl class=\"lines\">"
  if (next_ == "usage") print "```"
  state = next_
}

NR == 1 {
  split($0, part, ": ")
  name = part[1]
  summary = part[2]
  printf "---\ntitle: \"%s\"\nweight: %d\ndescription: \"%s: options, examples and exit statuses of %s.\"\n---\n\n", name, weight, toupper(substr(summary, 1, 1)) substr(summary, 2), name
  printf "%s.\n\n", toupper(substr(summary, 1, 1)) substr(summary, 2)
  next
}
/^usage: / {
  into("usage")
  print substr($0, 8)
  next
}
state == "usage" && /^       / {
  print substr($0, 8)
  next
}
/^ +(-[A-Za-z], )?--[a-z]/ {
  if (state != "options" && !headed) print "## Options\n"
  headed = 1
  into("options")
  text = $0
  sub(/^ +/, "", text)
  match(text, /   *[^ ]/)
  word = substr(text, 1, RSTART)
  sub(/ +$/, "", word)
  remark = substr(text, RSTART + RLENGTH - 1)
  anchor = word
  sub(/^-[A-Za-z], /, "", anchor)
  sub(/^--/, "", anchor)
  sub(/ .*/, "", anchor)
  printf "<tr id=\"%s\"><th scope=\"row\"><a href=\"#%s\"><code>%s</code></a></th><td>%s</td></tr>\n", anchor, anchor, escaped(word), escaped(remark)
  next
}
/^[a-z].*:$/ {
  into("text")
  printf "## %s\n\n", toupper(substr($0, 1, 1)) substr($0, 2, length($0) - 2)
  headed = 1
  next
}
/^  [a-z]/ {
  if (state != "examples") {
    into("text")
    print "## Examples\n"
  }
  into("examples")
  text = substr($0, 3)
  if (match(text, /   *[^ ]/)) printf "<div><dt><code>%s</code></dt><dd>%s</dd></div>\n", escaped(substr(text, 1, RSTART)), escaped(substr(text, RSTART + RLENGTH - 1))
  else printf "<div><dt><code>%s</code></dt></div>\n", escaped(text)
  next
}
/^$/ {
  into("text")
  print ""
  next
}
{
  into("text")
  if (sub(/^exit status: /, "")) print "## Exit status\n"
  print escaped($0)
}
END { into("text") }
