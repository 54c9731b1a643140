# Roles and their bindings, as far as they were applied. Sourced.

# granted VERB RESOURCE: whether a role that was applied gives it to one of $groups (a line each). Expects $cluster and $work.
granted() {
    for binding in "$cluster"/object/_/clusterrolebinding/*.yaml; do
        [ -e "$binding" ] || continue
        flatten "$binding" >"$work/binding" 2>/dev/null || continue
        printf '%s\n' "$groups" >"$work/groups"
        awk -F '\t' 'NR == FNR { group[$0] = 1; next } { n = split($2, p, "|") } p[1] == "subjects" && p[3] == "kind" { kind[p[2]] = $3 } p[1] == "subjects" && p[3] == "name" { name[p[2]] = $3 }
            END { for (i in name) if (kind[i] == "Group" && (name[i] in group)) found = 1; exit !found }' "$work/groups" "$work/binding" || continue
        role=$cluster/object/_/clusterrole/$(value "$work/binding" 0 'roleRef|name').yaml
        [ -e "$role" ] && flatten "$role" 2>/dev/null | awk -F '\t' -v verb="$1" -v resource="$2" '
            { split($2, p, "|") } p[1] != "rules" { next }
            { rule[p[2]] = 1 } p[3] == "verbs" && ($3 == verb || $3 == "*") { verbs[p[2]] = 1 } p[3] == "resources" && ($3 == resource || $3 == "*") { resources[p[2]] = 1 }
            END { for (i in rule) if ((i in verbs) && (i in resources)) found = 1; exit !found }' && return 0
    done
    return 1
}
