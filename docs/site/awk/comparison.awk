# Some rows of docs/comparison.md and its totals, as JSON for the first page. -v chosen=FILE: "scenario | what the page calls it" a line.
BEGIN {
  FS = " [|] "
  while ((getline row <chosen) > 0) {
    split(row, part, FS)
    label[part[1]] = part[2]
    order[++rows] = part[1]
  }
}

function cell(text) { return "\"" (text ~ /^✓/ ? "yes" : text ~ /^partly/ ? "partly" : "no") "\"" }

/^Right in all of / {
  total = $0
  sub(/^Right in all of /, "", total)
  sub(/ .*/, "", total)
  right = $0
  sub(/^[^:]*: /, "", right)
  sub(/\.$/, "", right)
  count = split(right, tool, ", ")
  for (i = 1; i <= count; i++) {
    split(tool[i], part, " ")
    totals = totals (i > 1 ? ", " : "") "{\"tool\": \"" part[1] "\", \"right\": " part[2] "}"
  }
}
/^\| / {
  scenario = substr($1, 3)
  if (scenario in label) found[scenario] = cell($2) ", " cell($3) ", " cell($4) ", " cell($5) ", " cell($6)
}
END {
  printf "{\"scenarios\": %d, \"totals\": [%s], \"rows\": [", total, totals
  for (i = 1; i <= rows; i++) {
    if (!(order[i] in found)) {
      print "docs/comparison.md has no scenario: " order[i] >"/dev/stderr"
      exit 1
    }
    printf "%s\n{\"label\": \"%s\", \"cells\": [%s]}", (i > 1 ? "," : ""), label[order[i]], found[order[i]]
  }
  print "\n]}"
}
