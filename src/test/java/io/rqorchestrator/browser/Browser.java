package io.rqorchestrator.browser;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium with a page in it: Debian's packages chromium and chromium-driver. */
public final class Browser implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ChromeDriver driver;
  private final Path directory;

  private Browser(ChromeDriver driver, Path directory) {
    this.driver = driver;
    this.directory = directory;
  }

  /** Opens the dashboard of a server. */
  public static Browser at(InetSocketAddress server) throws IOException {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(program("chromium"));
    options.addArguments("--headless=new", "--disable-gpu", "--disable-dev-shm-usage");
    options.addArguments("--window-size=1280,900");
    if (System.getProperty("user.name").equals("root")) {
      options.addArguments("--no-sandbox"); // Chromium's own rule for root, as in a container
    }
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    // Chromium leaves directories behind where temporary files go.
    Path directory = Files.createTempDirectory("rq-orchestrator-browser");
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("TMPDIR", directory.toString());
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(Path.of(program("chromedriver")).toFile())
            .usingAnyFreePort()
            .withEnvironment(environment)
            .build();
    Browser browser = new Browser(new ChromeDriver(service, options), directory);
    browser.driver.get("http://localhost:" + server.getPort() + "/");
    return browser;
  }

  private static String program(String name) {
    for (String directory : System.getenv("PATH").split(":", -1)) {
      Path program = Path.of(directory, name);
      if (Files.isExecutable(program)) {
        return program.toString();
      }
    }
    throw new AssertionError(name + " is not on the PATH: scripts/test installs it");
  }

  /** The text of an element as it is shown. */
  public String text(String css) {
    return driver.findElement(By.cssSelector(css)).getText();
  }

  /** The texts of all elements that fit. */
  public List<String> texts(String css) {
    return driver.findElements(By.cssSelector(css)).stream().map(WebElement::getText).toList();
  }

  /** Waits until an element's text fits. */
  public void await(String css, Predicate<String> fits) {
    try {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .ignoreException(StaleElementReferenceException.class)
          .until(() -> texts(css).stream().anyMatch(fits));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(css + " shows " + texts(css) + ", page: " + text("body"), e);
    }
  }

  /** An element to act on. */
  public WebElement element(String css) {
    return driver.findElement(By.cssSelector(css));
  }

  /** What a script returns. */
  public Object script(String text) {
    return driver.executeScript(text);
  }

  /** Shows the page as on a device of this width, in this colour scheme. */
  public void emulate(int width, int height, String scheme) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Writes a picture of what is shown. */
  public void picture(Path file) throws IOException {
    Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
  }

  /** Errors that the page's scripts and its security policy have caused so far. */
  public List<String> errors() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
        .map(Object::toString)
        .toList();
  }

  @Override
  public void close() throws IOException {
    driver.quit();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
