# A cause's javadoc as a Markdown page.
/^\/\*\*/ { inside = 1; next }
inside && /^ \*\// { exit }
inside {
  sub(/^ \* ?/, "")
  text = text $0 "\n"
}
END {
  gsub(/<h2>/, "## ", text)
  gsub(/<\/h2>/, "", text)
  gsub(/<p>/, "", text)
  while (match(text, /\{@code[^}]*\}/)) {
    code = substr(text, RSTART + 7, RLENGTH - 8)
    gsub(/\n/, " ", code)
    text = substr(text, 1, RSTART - 1) "`" code "`" substr(text, RSTART + RLENGTH)
  }
  printf "---\ntitle: \"%s\"\nsource: \"%s\"\n---\n%s", id, source, text
}
