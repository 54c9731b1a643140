package dev.slipway.status.output;

import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.status.intake.Intake;
import dev.slipway.status.intake.SafeText;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/// Hears what tasks print.
@ApplicationScoped
class OutputListener {
    private static final int TEXT = 16 * 1024;
    private static final int STEP = 200;

    private final Intake intake;
    private final OutputStore store;

    @Inject
    OutputListener(Intake intake, OutputStore store) {
        this.intake = intake;
        this.store = store;
    }

    @Incoming("task-output")
    Uni<Void> output(ConsumerRecords<String, byte[]> batch) {
        return intake.take(
                batch,
                OutputChunk.class,
                (connection, chunks) -> store.append(connection, clean(chunks)));
    }

    private static List<OutputChunk> clean(List<OutputChunk> chunks) {
        return chunks.stream().map(OutputListener::clean).toList();
    }

    private static OutputChunk clean(OutputChunk chunk) {
        return new OutputChunk(
                chunk.ref(),
                chunk.offset(),
                chunk.length(),
                SafeText.of(chunk.step(), STEP),
                SafeText.of(chunk.text(), TEXT),
                chunk.last());
    }
}
