package dev.slipway.chassis.database;

import io.smallrye.mutiny.Uni;
import java.util.List;

/// Statements that go to the database together, since none needs another's answer: each answer that
/// is waited for costs a turn of both sides. The database carries them out in the order given, each
/// after the one before it, locks included; where one fails, so do those after it. Only the first
/// statement of each is sent ahead, what is chained to it comes after its answer.
public final class Pipeline {
    private Pipeline() {}

    /// @return what the second gives, after both have succeeded
    public static <T> Uni<T> after(Uni<?> first, Uni<T> second) {
        return Uni.combine().all().unis(first, second).with((_, result) -> result);
    }

    /// Done when all have succeeded.
    public static Uni<Void> all(List<Uni<Void>> statements) {
        return statements.isEmpty()
                ? Uni.createFrom().voidItem()
                : Uni.combine().all().unis(statements).discardItems();
    }
}
