package dev.slipway.executor.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/// Adds up what runs in a cluster and what of its nodes is taken: what pods that are not over ask
/// for (`requests`), against what nodes give (`allocatable`), as `kubectl describe node` does.
final class Usage {
    private static final String CPU = "cpu";
    private static final String MEMORY = "memory";
    private static final List<String> OVER = List.of("Succeeded", "Failed");

    private long nodes;
    private long ready;
    private long cordoned;
    private long places;
    private long pods;
    private long running;
    private BigDecimal cpu = BigDecimal.ZERO;
    private BigDecimal cpuAsked = BigDecimal.ZERO;
    private BigDecimal memory = BigDecimal.ZERO;
    private BigDecimal memoryAsked = BigDecimal.ZERO;

    void add(Node node) {
        nodes++;
        ready += Rows.isReady(node) ? 1 : 0;
        cordoned += Rows.isCordoned(node) ? 1 : 0;
        Map<String, Quantity> allocatable =
                node.getStatus() == null || node.getStatus().getAllocatable() == null
                        ? Map.of()
                        : node.getStatus().getAllocatable();
        places += amount(allocatable, "pods").longValue();
        cpu = cpu.add(amount(allocatable, CPU));
        memory = memory.add(amount(allocatable, MEMORY));
    }

    /// Init containers run before the others, one by one: the largest counts where it asks for more
    /// than they do (kubernetes.io/docs/concepts/workloads/pods/init-containers).
    void add(Pod pod) {
        String phase = pod.getStatus() == null ? "" : String.valueOf(pod.getStatus().getPhase());
        if (OVER.contains(phase)) {
            return;
        }
        pods++;
        running += phase.equals("Running") ? 1 : 0;
        cpuAsked = cpuAsked.add(asked(pod, CPU));
        memoryAsked = memoryAsked.add(asked(pod, MEMORY));
    }

    private static BigDecimal asked(Pod pod, String what) {
        if (pod.getSpec() == null) {
            return BigDecimal.ZERO;
        }
        BigDecimal together =
                pod.getSpec().getContainers().stream()
                        .map(container -> asked(container, what))
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal first =
                pod.getSpec().getInitContainers().stream()
                        .map(container -> asked(container, what))
                        .reduce(BigDecimal.ZERO, BigDecimal::max);
        return together.max(first).add(amount(overhead(pod), what));
    }

    private static Map<String, Quantity> overhead(Pod pod) {
        return pod.getSpec().getOverhead() == null ? Map.of() : pod.getSpec().getOverhead();
    }

    private static BigDecimal asked(Container container, String what) {
        return container.getResources() == null || container.getResources().getRequests() == null
                ? BigDecimal.ZERO
                : amount(container.getResources().getRequests(), what);
    }

    /// Processors, bytes, or pieces.
    private static BigDecimal amount(Map<String, Quantity> quantities, String what) {
        Quantity quantity = quantities.get(what);
        return quantity == null ? BigDecimal.ZERO : quantity.getNumericalAmount();
    }

    /// Processors in thousandths, memory in bytes.
    ObjectNode row() {
        ObjectNode row = Rows.row("usage");
        row.put("nodes", nodes).put("ready", ready).put("cordoned", cordoned);
        row.put("pods", pods).put("running", running).put("podPlaces", places);
        row.put("cpuMillis", cpu.movePointRight(3).longValue());
        row.put("cpuMillisRequested", cpuAsked.movePointRight(3).longValue());
        row.put("memoryBytes", memory.longValue());
        row.put("memoryBytesRequested", memoryAsked.longValue());
        return row;
    }
}
