package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Services;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// k0s on a host: its program, its service and what that is started with. Every step may be
/// repeated.
final class K0sInstall {
    private static final String KUBELET_ARGUMENTS = "--kubelet-extra-args=";
    private static final Duration A_WHILE = Duration.ofMinutes(2);

    private K0sInstall() {}

    /// `k0scontroller` or `k0sworker`, as k0s itself calls its service.
    static String service(ClusterHost host) {
        return "k0s" + role(host);
    }

    private static String role(ClusterHost host) {
        return host.isControlPlane() ? "controller" : "worker";
    }

    /// Defines the service, anew where there is one already. A node that has joined needs no token:
    /// k0s would look for the file at each start.
    ///
    /// @param withToken whether it is to join by the token's file
    static Step.Command install(PlanInput input, ClusterHost host, boolean withToken) {
        return install("install-service", input, host, withToken);
    }

    /// The same for a node that has joined.
    static Step reinstall(PlanInput input, ClusterHost host) {
        return install("reinstall-service", input, host, false);
    }

    private static Step.Command install(
            String step, PlanInput input, ClusterHost host, boolean withToken) {
        return Step.Command.of(
                        step,
                        Script.fill(
                                """
                                force=
                                if [ -e @UNIT@ ]; then force=--force; fi
                                @PROGRAM@ install @WORDS@ $force
                                """,
                                "UNIT",
                                quoted(services(input, host).definition(service(host))),
                                "PROGRAM",
                                quoted(K0sPaths.program(input, host)),
                                "WORDS",
                                ShellQuote.words(words(input, host, withToken))),
                        A_WHILE)
                .withRerun()
                .failingAs(K0sFailures.INSTALL);
    }

    /// The words after `k0s install`: role and flags. What the user says of a host comes last, so
    /// that it counts.
    static List<String> words(PlanInput input, ClusterHost host, boolean withToken) {
        var words = new ArrayList<String>();
        words.add(role(host));
        words.add("--data-dir=" + K0sPaths.data(host));
        if (host.isControlPlane()) {
            words.add("--config=" + K0sPaths.CONFIG);
            if (runtime(input).dynamicConfig()) {
                words.add("--enable-dynamic-config");
            }
            if (host.k0s().working()) {
                words.add("--enable-worker");
            }
            if (host.k0s().working() && host.k0s().noTaints()) {
                words.add("--no-taints");
            }
        }
        if (withToken) {
            words.add(
                    "--token-file="
                            + (host.isControlPlane()
                                    ? K0sPaths.CONTROLLER_TOKEN
                                    : K0sPaths.WORKER_TOKEN));
        }
        if (input.clusterfile().isNode(host)) {
            host.k0s().kubeletRootDir().ifPresent(d -> words.add("--kubelet-root-dir=" + d));
            host.k0s().profile().ifPresent(p -> words.add("--profile=" + p));
            words.add(KUBELET_ARGUMENTS + kubeletArguments(input, host));
        }
        host.k0s().installFlags().stream()
                .filter(f -> !f.startsWith(KUBELET_ARGUMENTS))
                .forEach(words::add);
        return words;
    }

    /// The user's own, and what he does not say himself of the node's name and address.
    private static String kubeletArguments(PlanInput input, ClusterHost host) {
        var arguments = new ArrayList<String>();
        host.k0s().installFlags().stream()
                .filter(f -> f.startsWith(KUBELET_ARGUMENTS))
                .map(f ->
                        f.substring(KUBELET_ARGUMENTS.length())
                                .replaceFirst("^(['\"])(.*)\\1$", "$2"))
                .forEach(arguments::add);
        String said = String.join(" ", arguments);
        if (!said.contains("--node-ip=")) {
            host.k0s().privateAddress().ifPresent(a -> arguments.addFirst("--node-ip=" + a));
        }
        if (!said.contains("--hostname-override=")) {
            arguments.addFirst("--hostname-override=" + input.nodeName(host));
        }
        return String.join(" ", arguments);
    }

    static Step start(ClusterHost host) {
        return tolerant("start-" + service(host), "start", "already running");
    }

    /// Pods go on meanwhile.
    static Step stop(ClusterHost host) {
        return tolerant("stop-" + service(host), "stop", "already stopped");
    }

    /// `k0s start` and `k0s stop` fail where there is nothing to do.
    private static Step tolerant(String step, String verb, String done) {
        return Step.Command.of(
                        step,
                        Script.fill(
                                """
                                if ! text=$(k0s @VERB@ 2>&1); then
                                    case $text in
                                    *@DONE@*) exit 0 ;;
                                    esac
                                    printf '%s\\n' "$text" >&2
                                    exit 1
                                fi
                                """,
                                "VERB", verb, "DONE", ShellQuote.quote(done)),
                        Duration.ofMinutes(5))
                .withRerun()
                .failingAs(Failures.SYSTEM);
    }

    /// [K0sProgram#swap].
    static Step.Command swapProgram(PlanInput input, ClusterHost host) {
        return K0sProgram.swap(input, host);
    }

    /// Takes away what a join or a first start that failed left, before the next try. Archives of
    /// images stay: they came before, and would have to come again. k0s's reset fails where
    /// something is still mounted and has done the rest then; what would be taken for a node is
    /// gone in any case.
    ///
    /// What stays is the data of a controller that etcd has let in during this run, see
    /// [JoinSteps#noteJoin]: the members know it, and would take no second one from its address. It
    /// catches up and votes as soon as they answer again.
    ///
    /// @param mark there once k0s has been started here for good
    static Step clear(PlanInput input, ClusterHost host, RemotePath mark) {
        RemotePath data = K0sPaths.data(host);
        return Step.Command.of(
                        "clear-failed-start",
                        Script.fill(
                                """
                                data=@DATA@
                                kept=@KEPT@
                                if [ -d "$data/images" ] && [ ! -e "$kept" ]; then
                                    mkdir -p "${kept%/*}"
                                    mv "$data/images" "$kept"
                                fi
                                @RETIRE@
                                if k0s status >/dev/null 2>&1; then
                                    echo 'slipway: k0s does not stop' >&2
                                    exit 1
                                fi
                                if [ -e "$data/etcd/member/snap/db" ] && @LET_IN@; then
                                    echo 'etcd has let this controller in: the next start goes on with its data'
                                else
                                    k0s reset --data-dir "$data" || echo 'slipway: k0s reset failed, going on without it' >&2
                                    rm -rf "$data/etcd" "$data/db" "$data/pki" "$data/manifests" "$data/kubelet.conf"
                                fi
                                if [ -d "$kept" ]; then
                                    mkdir -p "$data"
                                    rm -rf "$data/images"
                                    mv "$kept" "$data/images"
                                fi
                                """,
                                "DATA",
                                quoted(data),
                                "KEPT",
                                quoted(K0sPaths.KEPT_IMAGES),
                                "LET_IN",
                                JoinSteps.isNoted(input),
                                "RETIRE",
                                services(input, host).retire(service(host))),
                        Duration.ofMinutes(10))
                .withRerun()
                .unless(
                        "[ -e %s ] || ! { %s; }"
                                .formatted(
                                        quoted(mark),
                                        Stream.of(
                                                        services(input, host)
                                                                .definition(service(host)),
                                                        K0sPaths.pki(host, "admin.conf"),
                                                        data.resolveInside("etcd"),
                                                        K0sPaths.kubeletConf(host),
                                                        K0sPaths.KEPT_IMAGES)
                                                .map(path -> "[ -e %s ]".formatted(quoted(path)))
                                                .collect(Collectors.joining(" || "))))
                .failingAs(Failures.SYSTEM);
    }

    /// Until the process that is to run does, and answers.
    static Step awaitRunning(ClusterHost host) {
        return Steps.await(
                "await-" + service(host),
                "k0s status -o json >/dev/null",
                Duration.ofMinutes(4),
                host.isControlPlane()
                        ? ReasonCode.CONTROL_PLANE_NOT_UP
                        : ReasonCode.NODE_NOT_READY);
    }

    /// Until the API server of the controller itself is ready. Where its etcd is still a learner,
    /// which answers nobody, it is not.
    static Step awaitApi(PlanInput input, ClusterHost host) {
        return Steps.await(
                "await-api",
                Steps.kubectl(input, host) + " get --raw=/readyz >/dev/null",
                Duration.ofMinutes(6),
                ReasonCode.CONTROL_PLANE_NOT_UP);
    }

    static ClusterRuntime.K0s runtime(PlanInput input) {
        return runtime(input.clusterfile());
    }

    static ClusterRuntime.K0s runtime(Clusterfile clusterfile) {
        return (ClusterRuntime.K0s) clusterfile.runtime();
    }

    private static Services services(PlanInput input, ClusterHost host) {
        return Services.of(input.factsOf(host));
    }

    private static String quoted(RemotePath path) {
        return ShellQuote.quote(path.value());
    }
}
