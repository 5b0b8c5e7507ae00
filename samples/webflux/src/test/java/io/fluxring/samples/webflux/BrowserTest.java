package io.fluxring.samples.webflux;

import static io.fluxring.samples.webflux.RunningFileDrop.random;
import static io.fluxring.samples.webflux.RunningFileDrop.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.chromium.ChromiumNetworkConditions;
import org.openqa.selenium.logging.LogType;

/** The page in a real browser: Debian's chromium and chromium-driver. */
class BrowserTest {
    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final int BYTES = 5_000_000;

    @TempDir
    private static Path parent;

    private static Path folder;
    private static Path downloads;
    private static RunningFileDrop drop;
    private static ChromeDriver browser;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(
                Files.isExecutable(BROWSER) && Files.isExecutable(DRIVER),
                "needs Debian's packages chromium and chromium-driver, which .ci/run installs");
        folder = Files.createDirectory(parent.resolve("drop"));
        downloads = Files.createDirectory(parent.resolve("downloads"));
        drop = RunningFileDrop.start("auto", folder);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER.toFile());
        // No sandbox: tests run as root in containers. Little shared memory: as containers have it.
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu");
        options.setExperimentalOption("prefs", Map.of("download.default_directory", downloads.toString()));
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .build();
        browser = new ChromeDriver(service, options);
        browser.manage().timeouts().scriptTimeout(RunningFileDrop.LIMIT);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.quit();
        }
        if (drop != null) {
            drop.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path each : all.toList()) {
                Files.delete(each);
            }
        }
        browser.get(drop.uri("/").toString());
        until("the connection", () -> displayed("#transport"));
    }

    /** The content policy would be broken by what the console has an error of. */
    @AfterEach
    void theConsoleHasNoComplaint() {
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
                .filteredOn(each -> each.getMessage().contains("Content Security Policy")
                        || each.getMessage().contains("Uncaught"))
                .isEmpty();
    }

    private static boolean displayed(String selector) {
        List<WebElement> found = browser.findElements(By.cssSelector(selector));
        return !found.isEmpty() && found.getFirst().isDisplayed();
    }

    private static boolean exists(String selector) {
        return !browser.findElements(By.cssSelector(selector)).isEmpty();
    }

    private static String text(String selector) {
        return (String)
                browser.executeScript("return document.querySelector(arguments[0])?.textContent ?? ''", selector);
    }

    private static String row(String name) {
        return "#files [data-name='" + name + "']";
    }

    private static String uploadRow(String name) {
        return "#uploads [data-name='" + name + "']";
    }

    private static void click(String selector) {
        browser.findElement(By.cssSelector(selector)).click();
    }

    private static void choose(File... files) {
        String all = String.join("\n", Stream.of(files).map(File::getPath).toList());
        browser.findElement(By.id("chosen")).sendKeys(all);
    }

    private static File file(String name, byte[] content) throws IOException {
        return Files.write(parent.resolve(name), content).toFile();
    }

    private static void slow(int uploadBytesPerSecond) {
        ChromiumNetworkConditions conditions = new ChromiumNetworkConditions();
        conditions.setLatency(Duration.ZERO);
        conditions.setDownloadThroughput(100_000_000);
        conditions.setUploadThroughput(uploadBytesPerSecond);
        browser.setNetworkConditions(conditions);
    }

    @Test
    void uploadsAreSeenEverywhereAndComeBackAsTheyWere() throws IOException {
        byte[] content = random(BYTES);
        String first = browser.getWindowHandle();
        browser.switchTo().newWindow(WindowType.WINDOW);
        String second = browser.getWindowHandle();
        browser.get(drop.uri("/").toString());
        until("the second window", () -> displayed("#transport") && displayed("#empty"));

        browser.switchTo().window(first);
        slow(5_000_000);
        choose(file("photo 1.bin", content));
        until("progress", () -> {
            String value =
                    String.valueOf(browser.executeScript("return document.querySelector('#uploads progress')?.value"));
            return value.matches("0\\.\\d+") && text("#uploads .state").contains("/s, ");
        });
        assertThat(text("#uploads .state")).matches("[\\d.]+ [kM]B of 5 MB, [\\d.]+ [kM]B/s, \\d+ s left");
        until("the end", () -> text(uploadRow("photo 1.bin")).contains("done"));
        browser.deleteNetworkConditions();

        browser.switchTo().window(second);
        until("the list in the second window", () -> exists(row("photo 1.bin")));
        assertThat(text(row("photo 1.bin") + " .size")).isEqualTo("5 MB");
        assertThat(text("#summary")).isEqualTo("1 file, 5 MB");
        browser.close();
        browser.switchTo().window(first);

        assertThat(folder.resolve("photo 1.bin")).hasBinaryContent(content);
        click(row("photo 1.bin") + " .get");
        Path download = downloads.resolve("photo 1.bin");
        until("the download", () -> Files.exists(download) && download.toFile().length() == BYTES);
        assertThat(download).hasBinaryContent(content);
        assertThat(browser.executeAsyncScript("""
            const done = arguments[0];
            fetch('files/photo%201.bin', { headers: { Range: 'bytes=1000-1003' } })
              .then(async response => done(response.status + ' ' + new Uint8Array(await response.arrayBuffer()).join()));
            """))
                .isEqualTo("206 %d,%d,%d,%d"
                        .formatted(
                                content[1000] & 0xff,
                                content[1001] & 0xff,
                                content[1002] & 0xff,
                                content[1003] & 0xff));
    }

    @Test
    void aCancelledUploadLeavesNothing() throws IOException {
        slow(500_000);
        choose(file("cancelled.bin", random(BYTES)));
        until("the upload", () -> text(uploadRow("cancelled.bin") + " .state").contains(" of 5 MB"));
        click(uploadRow("cancelled.bin") + " .cancel");
        until("no upload", () -> !exists(uploadRow("cancelled.bin")));
        browser.deleteNetworkConditions();
        assertThat(text("#notice")).contains("cancelled.bin").contains("cancelled");
        until("nothing in the folder", () -> drop.names().isEmpty());
        assertThat(exists(row("cancelled.bin"))).isFalse();
    }

    @Test
    void deletingAsksFirst() throws IOException {
        choose(file("a", random(10)), file("b", random(10)));
        until("two files", () -> exists(row("a")) && exists(row("b")));
        click(row("a") + " .delete");
        assertThat(text("#question-text")).contains("a");
        click("#no");
        assertThat(exists(row("a"))).isTrue();
        click(row("a") + " .delete");
        click("#yes");
        until("one file", () -> !exists(row("a")));
        assertThat(drop.names()).containsExactly("b");

        choose(file("b", random(20)));
        until("a question", () -> displayed("#question"));
        click("#yes");
        until("a new file", () -> text(row("b") + " .size").equals("20 B"));
    }

    @Test
    void whatTheServerRefusesIsShown() throws IOException {
        Files.createDirectory(folder.resolve("taken"));
        choose(file("taken", random(10)));
        until("an error", () -> exists(uploadRow("taken") + ".failed"));
        assertThat(text(uploadRow("taken") + " .state")).isEqualTo("A folder has this name.");
        click(uploadRow("taken") + " .cancel");
        until("no upload", () -> !exists(uploadRow("taken")));
    }

    @Test
    void theServerGoesAwayAndComesBack() throws IOException {
        int port = drop.port();
        drop.close();
        until("a banner", () -> displayed("#away"));
        Files.write(folder.resolve("meanwhile"), random(10));
        drop = RunningFileDrop.start("auto", folder, port);
        until("no banner", () -> !displayed("#away"));
        until("the list, fetched anew", () -> exists(row("meanwhile")));
    }
}
