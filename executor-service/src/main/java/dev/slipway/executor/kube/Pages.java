package dev.slipway.executor.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Lists page by page.
final class Pages {
    private static final long SIZE = 500;

    private Pages() {}

    /// Takes each thing of a list.
    ///
    /// @param pages what lists a page
    /// @return the version of the whole list, from which it can be watched; empty if the server
    ///   says none
    static <T extends HasMetadata> String each(
            Function<ListOptions, ? extends KubernetesResourceList<T>> pages, Consumer<T> take) {
        @Nullable String next = null;
        String version = "";
        do {
            KubernetesResourceList<T> page =
                    pages.apply(
                            new ListOptionsBuilder().withLimit(SIZE).withContinue(next).build());
            page.getItems().forEach(take);
            next = page.getMetadata() == null ? null : page.getMetadata().getContinue();
            if (page.getMetadata() != null && page.getMetadata().getResourceVersion() != null) {
                version = page.getMetadata().getResourceVersion();
            }
        } while (next != null && !next.isEmpty());
        return version;
    }
}
