# Evaluates a kubectl JSONPath template (variable "template") over flat PATH<TAB>VALUE lines.
# Understood: text, {.a.b}, ['a.b'] and \. in keys, [*], [n], [?(@.a=="b")], {range …}{end}, {"\n"}.
BEGIN { FS = "\t" }
{
    value[$1] = $2; n = split($1, c, "|"); at = ""
    for (i = 1; i <= n; i++) {
        up = at; at = at == "" ? c[i] : at "|" c[i]
        if (!(at in exists)) { exists[at] = 1; kids[up] = kids[up] (kids[up] == "" ? "" : "\n") at }
    }
}
function literal(s) { gsub(/\\n/, "\n", s); gsub(/\\t/, "\t", s); return s }
function text_of(path,    list, n, i, out) {
    if (path in value) { out = value[path]; gsub(/\\n/, "\n", out); gsub(/\\\\/, "\\", out); return out == "null" ? "" : out }
    n = split(kids[path], list, "\n")
    for (i = 1; i <= n; i++) out = out (i > 1 ? "," : "") "\"" substr(list[i], length(path) + 2) "\":" (list[i] in value ? "\"" value[list[i]] "\"" : text_of(list[i]))
    return "{" out "}"
}
# Newline-joined paths that expr leads to from the newline-joined paths in from.
function walk(expr, from,    key, i, ch, out, list, n, j, m, all, inner, test, field, want, has) {
    while (expr != "") {
        ch = substr(expr, 1, 1); out = ""; n = split(from, list, "\n"); if (from == "") { n = 1; list[1] = "" }
        if (ch == "@" || ch == "$") { expr = substr(expr, 2); continue }
        if (ch == "[") {
            i = index(expr, "]"); if (substr(expr, 2, 1) == "?") i = index(expr, ")]") + 1
            inner = substr(expr, 2, i - 2); expr = substr(expr, i + 1)
            if (inner ~ /^['"]/) { key = substr(inner, 2, length(inner) - 2); test = "key" }
            else if (inner == "*") test = "all"
            else if (inner ~ /^\?/) { test = "filter"; sub(/^\?\(@\.?/, "", inner); sub(/\)$/, "", inner); field = inner; want = ""; has = match(inner, /[ ]*==[ ]*/); if (has) { field = substr(inner, 1, RSTART - 1); want = substr(inner, RSTART + RLENGTH + 1); want = substr(want, 1, length(want) - 1) } gsub(/\./, "|", field) }
            else { key = inner; test = "key" }
        } else if (ch == ".") {
            expr = substr(expr, 2); key = ""
            while (expr != "" && substr(expr, 1, 1) !~ /[.\[]/) { if (substr(expr, 1, 1) == "\\") expr = substr(expr, 2); key = key substr(expr, 1, 1); expr = substr(expr, 2) }
            if (key == "") continue
            test = key == "*" ? "all" : "key"
        } else { print "error: error parsing jsonpath " template ", unrecognized character in action" > "/dev/stderr"; bad = 1; exit 1 }
        for (j = 1; j <= n; j++) {
            if (test == "key") { at = list[j] == "" ? key : list[j] "|" key; if (at in exists) out = out (out == "" ? "" : "\n") at; continue }
            m = split(kids[list[j]], all, "\n")
            for (i = 1; i <= m; i++) if (test == "all" || (has ? value[all[i] "|" field] == want : ((all[i] "|" field) in exists))) out = out (out == "" ? "" : "\n") all[i]
        }
        if (out == "") return ""
        from = out
    }
    return from
}
function show(paths,    list, n, i, out) { n = split(paths, list, "\n"); for (i = 1; i <= n; i++) out = out (i > 1 ? " " : "") text_of(list[i]); return out }
# Prints template t with "." standing for context; stops at its {end}.
function run(t, context,    i, action, body, level, found, list, n, j, rest) {
    while (t != "") {
        i = index(t, "{"); if (!i) { printf "%s", literal(t); return }
        printf "%s", literal(substr(t, 1, i - 1)); t = substr(t, i + 1)
        if (t ~ /^"/) { i = index(substr(t, 2), "\"}") + 1; printf "%s", literal(substr(t, 2, i - 2)); t = substr(t, i + 2); continue }
        i = index(t, "}"); if (t ~ /^[^}]*\?\(/) { i = index(t, ")]"); i = i + index(substr(t, i + 1), "}") }
        action = substr(t, 1, i - 1); t = substr(t, i + 1)
        if (action ~ /^range /) {
            body = ""; level = 1; rest = t
            while (rest != "") {
                if (rest ~ /^\{range /) level++
                if (rest ~ /^\{end\}/ && --level == 0) { rest = substr(rest, 6); break }
                body = body substr(rest, 1, 1); rest = substr(rest, 2)
            }
            found = walk(substr(action, 7), context); n = split(found, list, "\n")
            for (j = 1; j <= n; j++) { saved[++top] = found; run(body, list[j]); n = split(saved[top--], list, "\n") }
            t = rest; continue
        }
        sub(/^ +/, "", action); sub(/ +$/, "", action)
        printf "%s", show(walk(action, context))
    }
}
END { if (!bad) { if (template !~ /\{/) template = "{" template "}"; run(template, "") } exit bad }
