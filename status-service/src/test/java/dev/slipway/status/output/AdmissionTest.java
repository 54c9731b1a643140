package dev.slipway.status.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.status.Story;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private final Story story = Story.of("acme", 1);

    @Test
    void keepsAPieceItHasNotSeen() {
        OutputChunk chunk = chunk(0, "hello\n");

        Admission admission = Admission.of(Coverage.NONE, chunk);

        assertThat(admission.news()).containsExactly(chunk);
        assertThat(admission.coverage()).hasToString("0-6");
    }

    @Test
    void dropsWhatASecondExecutorReportsAgainInOtherPieces() {
        Coverage known = Admission.of(Coverage.NONE, chunk(0, "hello world\n")).coverage();

        assertThat(Admission.of(known, chunk(0, "hello ")).news()).isEmpty();
        assertThat(Admission.of(known, chunk(6, "world\n")).news()).isEmpty();
    }

    @Test
    void keepsOnlyTheNewPartOfAnOverlap() {
        Coverage known = Admission.of(Coverage.NONE, chunk(0, "hello ")).coverage();

        Admission admission = Admission.of(known, chunk(3, "lo world\n"));

        assertThat(admission.news()).containsExactly(chunk(6, "world\n"));
        assertThat(admission.coverage()).hasToString("0-12");
    }

    @Test
    void keepsAnOverlapWholeWhereTextAndBytesDiffer() {
        Coverage known = Admission.of(Coverage.NONE, chunk(0, "hello ")).coverage();
        var masked =
                new OutputChunk(story.ref(Story.PREPARE, 0, 1), 3, 40, "one", "lo ****\n", false);

        assertThat(Admission.of(known, masked).news()).containsExactly(masked);
    }

    @Test
    void keepsAnEmptyLastPieceAndDropsAnyOtherEmptyOne() {
        var last = new OutputChunk(story.ref(Story.PREPARE, 0, 1), 6, 0, "one", "", true);

        assertThat(Admission.of(Coverage.of("0-6"), last).news()).containsExactly(last);
        assertThat(Admission.of(Coverage.of("0-6"), chunk(6, "")).news()).isEmpty();
    }

    private OutputChunk chunk(long offset, String text) {
        return story.output(story.ref(Story.PREPARE, 0, 1), offset, text);
    }
}
