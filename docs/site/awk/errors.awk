# The error messages of programs, as JSON for the page of them and for the search.
BEGIN { FS = " [|] "; printf "[" }

function quoted(text) {
  gsub(/\\/, "\\\\", text)
  gsub(/"/, "\\\"", text)
  return "\"" text "\""
}

/^# / { group = substr($0, 3); next }
NF == 4 {
  id = tolower($1)
  gsub(/[^a-z0-9]+/, "-", id)
  gsub(/^-|-$/, "", id)
  if (used[id]++) id = id "-" used[id]
  target = $3 == "~~" ? "" : $3
  sub(/^:/, "", target)
  printf "%s\n{\"group\": %s, \"id\": %s, \"program\": %s, \"text\": %s, \"target\": %s, \"helps\": %s}", (count++ ? "," : ""), quoted(group),
    quoted("error-" id), quoted($1), quoted($2), quoted(target), quoted($4)
  next
}
NF { print "no row of four: " $0 >"/dev/stderr"; exit 1 }
END { print "\n]" }
