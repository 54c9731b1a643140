# Reading YAML in shell: flatten once, then look up. Sourced.
# A flat line is DOCUMENT<TAB>PATH<TAB>VALUE, path components joined by "|", list items by their index.

flatten() { awk -f "$SIM/lib/yaml.awk" "$1"; }

# document FLAT KIND: the numbers of the documents of that kind.
documents() { awk -F '\t' -v k="$2" '$2 == "kind" && $3 == k { print $1 }' "$1"; }

# value FLAT DOCUMENT PATH
value() { awk -F '\t' -v d="$2" -v p="$3" '$1 == d && $2 == p { print $3; exit }' "$1"; }

# value_of FLAT KIND PATH [DEFAULT]: of the first document of the kind.
value_of() {
    found=$(awk -F '\t' -v k="$2" -v p="$3" '$2 == "kind" && $3 == k { doc[$1] = 1 } { line[NR] = $0 }
        END { for (i = 1; i <= NR; i++) { split(line[i], f, "\t"); if ((f[1] in doc) && f[2] == p) { print f[3]; exit } } }' "$1")
    if [ -n "$found" ]; then echo "$found"; else echo "${4:-}"; fi
}

# values_of FLAT KIND PREFIX: values of every list item below.
values_of() {
    awk -F '\t' -v k="$2" -v p="$3|" '$2 == "kind" && $3 == k { doc[$1] = 1 } { line[NR] = $0 }
        END { for (i = 1; i <= NR; i++) { split(line[i], f, "\t"); if ((f[1] in doc) && index(f[2], p) == 1) print f[3] } }' "$1"
}
