package io.fluxring.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;

/** Range headers of all kinds, for a file of 1,000 bytes. */
class ByteRangesTest {
    private static String of(String header, long sizeBytes) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RANGE, header);
        ByteRanges ranges = ByteRanges.of(headers, sizeBytes);
        return ranges.kind() == ByteRanges.Kind.PARTS
                ? ranges.parts().stream()
                        .map(each -> each.position() + "+" + each.lengthBytes())
                        .collect(Collectors.joining(" "))
                : ranges.kind().toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0 | 0+1",
                "bytes=0-999 | 0+1000",
                "bytes=999-2000 | 999+1",
                "bytes=0- | 0+1000",
                "bytes=-1 | 999+1",
                "bytes=-1000 | 0+1000",
                "bytes=-1001 | 0+1000",
                "BYTES=1-2 | 1+2",
                "bytes=001-0002 | 1+2",
                "bytes=0-99999999999999999999999 | 0+1000",
                "bytes=-99999999999999999999999 | 0+1000",
                "bytes=9223372036854775807-9223372036854775807 | UNSATISFIABLE",
                "bytes=99999999999999999999999- | UNSATISFIABLE",
                "bytes=1000- | UNSATISFIABLE",
                "bytes=-0 | UNSATISFIABLE",
                "bytes=-000 | UNSATISFIABLE",
                "bytes=5-2 | UNSATISFIABLE",
                "bytes= | UNSATISFIABLE",
                "bytes=- | UNSATISFIABLE",
                "bytes=,, | UNSATISFIABLE",
                "bytes=1 | UNSATISFIABLE",
                "bytes=1-2-3 | UNSATISFIABLE",
                "bytes=--1 | UNSATISFIABLE",
                "bytes=+1-2 | UNSATISFIABLE",
                "bytes=1-2,x | UNSATISFIABLE",
                "bytes=٣-٤ | UNSATISFIABLE",
                "lines=1-2 | WHOLE",
                "bytes 1-2 | WHOLE",
                "bytes=0-1,2000-,800-801 | 0+2 800+2",
                "bytes=800-801, ,0-1 | 800+2 0+2",
                "bytes=800-801,0-1,-1 | 800+2 0+2 999+1",
                "bytes=500-509,0-9,400-600 | 400+201 0+10",
                "bytes=0-9,500-509,11-490 | 0+510",
                "bytes=0-9,10-19 | 0+20",
            })
    void ranges(String header, String expected) {
        assertThat(of(header, 1000)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"bytes=-5,WHOLE", "bytes=0-,UNSATISFIABLE", "bytes=-0,UNSATISFIABLE", "'bytes=0-1,-5',WHOLE"})
    void nothing(String header, String expected) {
        assertThat(of(header, 0)).isEqualTo(expected);
    }

    @Test
    void asManyAsAClientNeeds() {
        assertThat(of("bytes=" + "0-0,".repeat(99) + "0-0", 1000)).isEqualTo("0+1");
        assertThat(of("bytes=" + "0-0,".repeat(100) + "0-0", 1000)).isEqualTo("UNSATISFIABLE");
        assertThat(of("bytes=" + "0-0,".repeat(100_000), 1000)).isEqualTo("UNSATISFIABLE");
    }

    /** Whatever is asked for: each byte of it is sent, none twice, and no part is near another. */
    @Test
    void randomRanges() {
        Random random = new Random(11);
        for (int i = 0; i < 2_000; i++) {
            int size = 1 + random.nextInt(5_000);
            BitSet wanted = new BitSet();
            String header = IntStream.rangeClosed(0, random.nextInt(20))
                    .mapToObj(each -> {
                        int first = random.nextInt(size);
                        int last = first + random.nextInt(200);
                        wanted.set(first, Math.min(size, last + 1));
                        return first + "-" + last;
                    })
                    .collect(Collectors.joining(",", "bytes=", ""));
            HttpHeaders headers = new HttpHeaders();
            headers.set(HttpHeaders.RANGE, header);
            BitSet sent = new BitSet();
            for (ByteRanges.Part part : ByteRanges.of(headers, size).parts()) {
                int from = Math.max(0, (int) part.position() - 1);
                assertThat(sent.get(from, (int) part.end() + 1).isEmpty())
                        .as(header)
                        .isTrue();
                sent.set((int) part.position(), (int) part.end());
            }
            wanted.andNot(sent);
            assertThat(wanted.isEmpty()).as(header).isTrue();
            assertThat(sent.length()).isLessThanOrEqualTo(size);
        }
    }
}
