# Finds a JDK 25 or newer and exports JAVA_HOME. Sourced by mvnw and deploy/slipway; POSIX sh.
# Order: JAVA_HOME if it is new enough, then java on PATH, then the usual places of the system.

slipway_jdk_feature() { # the feature number of the JDK at $1, nothing if there is none
    [ -x "$1/bin/javac" ] || return 0
    if [ -r "$1/release" ]; then
        sed -n 's/^JAVA_VERSION="\([0-9][0-9]*\).*/\1/p' "$1/release" | head -n 1
    else
        "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9][0-9]*\).*/\1/p'
    fi
}

slipway_jdk_candidates() {
    set +f
    [ -n "${JAVA_HOME:-}" ] && printf '%s\n' "$JAVA_HOME"
    slipway_java=$(command -v javac 2>/dev/null) || slipway_java=
    while [ -L "$slipway_java" ]; do
        slipway_link=$(readlink "$slipway_java")
        case $slipway_link in /*) slipway_java=$slipway_link ;; *) slipway_java=${slipway_java%/*}/$slipway_link ;; esac
    done
    [ -n "$slipway_java" ] && printf '%s\n' "${slipway_java%/bin/javac}"
    for slipway_dir in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk/libexec/openjdk.jdk/Contents/Home; do
        [ -d "$slipway_dir" ] && printf '%s\n' "$slipway_dir"
    done
    return 0
}

slipway_jdk=
while IFS= read -r slipway_dir; do
    slipway_feature=$(slipway_jdk_feature "$slipway_dir")
    if [ -n "$slipway_feature" ] && [ "$slipway_feature" -ge 25 ]; then
        slipway_jdk=$slipway_dir
        break
    fi
done <<SLIPWAY_CANDIDATES
$(slipway_jdk_candidates)
SLIPWAY_CANDIDATES

if [ -z "$slipway_jdk" ]; then
    cat >&2 <<'SLIPWAY_HELP'
slipway: no JDK 25 or newer was found (looked at JAVA_HOME, PATH, /usr/lib/jvm, /opt, SDKMAN, /Library/Java).
  Debian, Ubuntu:  apt-get install openjdk-25-jdk-headless   (or a temurin-25-jdk package)
  Fedora, RHEL:    dnf install java-25-openjdk-devel
  macOS:           brew install openjdk@25
  or unpack one anywhere and set JAVA_HOME to it.
SLIPWAY_HELP
    exit 1
fi
JAVA_HOME=$slipway_jdk
export JAVA_HOME
