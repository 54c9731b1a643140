package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.api.Services;
import java.util.function.Consumer;

/// What a run's commands printed, as far as the status service keeps it.
public final class RunOutput {
    private RunOutput() {}

    /// Piece after piece.
    ///
    /// @param filter more of the query, as `&phase=init`
    /// @return whether there was any
    public static boolean each(
            Services services, String run, String filter, Consumer<JsonNode> piece) {
        String after = "0";
        boolean any = false;
        while (true) {
            JsonNode page =
                    services.status()
                            .get("/v1/runs/%s/output?after=%s%s".formatted(run, after, filter));
            page.path("chunks").forEach(piece);
            any |= !page.path("chunks").isEmpty();
            String next = page.path("next").asText("");
            if (page.path("chunks").isEmpty() || next.isEmpty() || next.equals(after)) {
                return any;
            }
            after = next;
        }
    }
}
