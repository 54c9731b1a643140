# Roles and their bindings, as far as they were applied. Sourced.

# granted VERB RESOURCE: whether a role that was applied gives it to one of $groups (a line each). Expects $cluster.
granted() (
    verb=$1 resource=$2
    set --
    for object in "$cluster"/object/_/clusterrole/*.yaml "$cluster"/object/_/clusterrolebinding/*.yaml; do [ ! -e "$object" ] || set -- "$@" "$object"; done
    [ $# -gt 0 ] || return 1
    # All objects at once, a document each: an API server is asked often.
    awk 'FNR == 1 { print "---" } { print }' "$@" | awk -f "$SIM/lib/yaml.awk" 2>/dev/null | GROUPS_ASKING=$groups awk -F '\t' -v verb="$verb" -v resource="$resource" '
        BEGIN { n = split(ENVIRON["GROUPS_ASKING"], line, "\n"); for (i = 1; i <= n; i++) asking[line[i]] = 1 }
        { split($2, p, "|") }
        $2 == "kind" { kind[$1] = $3 }
        $2 == "metadata|name" { name[$1] = $3 }
        $2 == "roleRef|name" { role[$1] = $3 }
        p[1] == "subjects" && p[3] == "kind" && $3 == "Group" { group[$1, p[2]] = 1 }
        p[1] == "subjects" && p[3] == "name" && ($3 in asking) { asks[$1, p[2]] = 1 }
        p[1] == "rules" && p[3] == "verbs" && ($3 == verb || $3 == "*") { verbs[$1, p[2]] = 1 }
        p[1] == "rules" && p[3] == "resources" && ($3 == resource || $3 == "*") { resources[$1, p[2]] = 1 }
        END {
            for (rule in verbs) if (rule in resources) { split(rule, at, SUBSEP); if (kind[at[1]] == "ClusterRole") gives[name[at[1]]] = 1 }
            for (subject in asks) if (subject in group) { split(subject, at, SUBSEP); if (role[at[1]] in gives) found = 1 }
            exit !found
        }'
)
