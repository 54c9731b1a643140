package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.outcome.ReasonCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/// Collects the problems of one Clusterfile.
final class ProblemList {
    private static final int MOST = 200;

    private final List<Problem> problems = new ArrayList<>();

    /// Where problems of one document go.
    ///
    /// @param number of the document, from 1
    record Place(ProblemList list, int number) {
        void invalid(Node node, String path, String message) {
            add(ReasonCode.CLUSTERFILE_INVALID, node, path, message, Optional.empty());
        }

        /// @param word the unknown one
        /// @param known among which the nearest is suggested
        void unknown(
                Node node, String path, String message, String word, Collection<String> known) {
            add(ReasonCode.CLUSTERFILE_INVALID, node, path, message, Words.nearest(word, known));
        }

        void notServed(Node node, String path, String message) {
            add(ReasonCode.NOT_SERVED_YET, node, path, message, Optional.empty());
        }

        void secret(Node node, String path, String message) {
            add(ReasonCode.INLINE_SECRET, node, path, message, Optional.empty());
        }

        private void add(
                ReasonCode code,
                Node node,
                String path,
                String message,
                Optional<String> suggestion) {
            list.add(code, number, node.getStartMark(), path, message, suggestion);
        }
    }

    void add(
            ReasonCode code,
            int document,
            Optional<Mark> mark,
            String path,
            String message,
            Optional<String> suggestion) {
        if (problems.size() < MOST) {
            problems.add(
                    new Problem(
                            code,
                            document,
                            mark.map(Mark::getLine).orElse(0) + 1,
                            mark.map(Mark::getColumn).orElse(0) + 1,
                            path,
                            message,
                            suggestion));
        }
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    /// In the order of the text, each once.
    List<Problem> sorted() {
        return problems.stream()
                .distinct()
                .sorted(
                        Comparator.comparingInt(Problem::line)
                                .thenComparingInt(Problem::column)
                                .thenComparing(Problem::message))
                .toList();
    }
}
