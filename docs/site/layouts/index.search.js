{{- $entries := slice -}}
{{- range site.RegularPages -}}
{{- $text := .Plain -}}{{- if eq .RelPermalink "/facts/comparison.html" -}}{{- $text = .Description -}}{{- end -}}
{{- if ne .Layout "errors" -}}
{{- $entries = $entries | append (dict "url" (strings.TrimPrefix "/" .RelPermalink) "title" (.Title | markdownify | plainify | htmlUnescape) "word" (.Params.word | default "") "kind" .CurrentSection.Title "about" (.Description | markdownify | plainify | htmlUnescape | truncate 120) "text" ($text | htmlUnescape | truncate 4000 "")) -}}
{{- end -}}
{{- end -}}
{{- range site.Data.errors -}}
{{- $entries = $entries | append (dict "url" (printf "errors.html#%s" .id) "title" .text "word" .program "kind" "Error message" "about" "" "text" .group) -}}
{{- end -}}
// What the search finds. Read by site.js.
window.inusePages = {{ $entries | jsonify (dict "noHTMLEscape" true) }};
