package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.FailurePattern;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.HostFamily;
import dev.slipway.planner.clusterfile.HostPackage;
import dev.slipway.planner.plan.PlanInput;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The packages that hosts get of their distributions, by what installs them there. What is there
/// in the wanted version is left as it is, without asking any source; nothing is ever removed, by a
/// shorter list or by `reset`: other things may have come to need it.
public final class Packages {
    private Packages() {}

    /// Empty where the host is to have none.
    public static Optional<Step> install(PlanInput input, ClusterHost host) {
        HostFamily family = input.familyOf(host);
        List<HostPackage> wanted =
                input.clusterfile().packages().stream().filter(p -> p.isFor(host, family)).toList();
        return wanted.isEmpty() ? Optional.empty() : Optional.of(install(wanted, family));
    }

    static Step.Command install(List<HostPackage> wanted, HostFamily family) {
        String missing =
                Script.fill(
                        MISSING,
                        "TOLD",
                        told(family),
                        "WANTED",
                        ShellQuote.words(
                                wanted.stream()
                                        .map(p ->
                                                p.name() + p.version().map(v -> "=" + v).orElse(""))
                                        .toList()));
        return Step.Command.of(
                        "install-packages",
                        Script.fill(
                                """
                                @MISSING@
                                missing=$(missing)
                                [ -n "$missing" ] || exit 0
                                echo "slipway: installing" $missing
                                @INSTALL@
                                left=$(missing)
                                [ -z "$left" ] || {
                                    echo "slipway: still not there in the wanted version:" $left >&2
                                    exit 1
                                }
                                """,
                                "MISSING",
                                missing,
                                "INSTALL",
                                installation(family)),
                        Duration.ofMinutes(15))
                .withRerun()
                .failingAs(FAILURES);
    }

    /// Of apt, dnf and yum, zypper, apk.
    private static final List<FailurePattern> FAILURES =
            Failures.with(
                    Stream.of(
                                    "slipway: no source has",
                                    "slipway: still not there",
                                    "E: ",
                                    "Error: ",
                                    "No provider of",
                                    "ERROR: unable")
                            .map(text -> Failures.as(text, ReasonCode.PACKAGES_MISSING))
                            .toArray(FailurePattern[]::new));

    /// `missing` prints those of the wanted ones that are not there, in the form `NAME[=VERSION]`.
    private static final String MISSING =
            """
            export LC_ALL=C
            @TOLD@
            missing() {
                for wanted in @WANTED@; do
                    version=
                    case $wanted in *=*) version=${wanted#*=} ;; esac
                    told "${wanted%%=*}" "$version" || echo "$wanted"
                done
            }\
            """;

    /// `told NAME VERSION`: whether it is there, in that version if one is said.
    private static String told(HostFamily family) {
        return switch (family) {
            case DEBIAN, UBUNTU ->
                    """
                    told() {
                        found=$(dpkg-query -W -f '${db:Status-Status} ${Version}' "$1" 2>/dev/null) || return 1
                        case $found in installed' '*) ;; *) return 1 ;; esac
                        [ -z "$2" ] || [ "${found#* }" = "$2" ]
                    }\
                    """;
            case RHEL, SUSE ->
                    """
                    told() {
                        found=$(rpm -q --qf '%{VERSION} %{VERSION}-%{RELEASE}\\n' "$1" 2>/dev/null) || return 1
                        [ -z "$2" ] || printf '%s\\n' "$found" | tr ' ' '\\n' | grep -qxF -e "$2"
                    }\
                    """;
            case ALPINE ->
                    """
                    told() { apk info -e "$1${2:+=$2}" >/dev/null 2>&1; }\
                    """;
            case FLATCAR -> throw none(family);
        };
    }

    /// Installs `$missing`. apt takes a name with a dot that it does not know for an expression, so
    /// names are looked up first.
    private static String installation(HostFamily family) {
        return switch (family) {
            case DEBIAN, UBUNTU ->
                    """
                    export DEBIAN_FRONTEND=noninteractive
                    apt-get -q -o DPkg::Lock::Timeout=300 update || echo "slipway: the lists of packages are not up to date" >&2
                    for wanted in $missing; do
                        apt-cache pkgnames "${wanted%%=*}" | grep -qxF -e "${wanted%%=*}" || {
                            echo "slipway: no source has ${wanted%%=*}" >&2
                            exit 1
                        }
                    done
                    apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install $missing\
                    """;
            case RHEL ->
                    """
                    dnf=dnf
                    command -v dnf >/dev/null 2>&1 || dnf=yum
                    $dnf -q -y install $(printf '%s\\n' $missing | tr = -)\
                    """;
            case SUSE ->
                    """
                    ZYPP_LOCK_TIMEOUT=300
                    export ZYPP_LOCK_TIMEOUT
                    zypper --non-interactive --quiet install --no-recommends $missing\
                    """;
            case ALPINE -> "apk add -q -U $missing";
            case FLATCAR -> throw none(family);
        };
    }

    private static IllegalStateException none(HostFamily family) {
        return new IllegalStateException(family.title() + " has no packages");
    }
}
