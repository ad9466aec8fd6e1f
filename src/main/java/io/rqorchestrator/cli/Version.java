package io.rqorchestrator.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import picocli.CommandLine.IVersionProvider;

/** The program's version and the commit it was built from, out of the jar's manifest. */
final class Version implements IVersionProvider {

  /** The version's number alone; "unknown" outside of the jar. */
  static String number() {
    try {
      String[] words = new Version().getVersion()[0].split(" ", -1);
      return words[1].startsWith("(") ? "unknown" : words[1];
    } catch (IOException e) {
      return "unknown";
    }
  }

  @Override
  public String[] getVersion() throws IOException {
    for (URL url :
        Collections.list(Version.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
      try (InputStream in = url.openStream()) {
        Attributes attributes = new Manifest(in).getMainAttributes();
        String commit = attributes.getValue("Implementation-Commit");
        if (commit != null) {
          String version = attributes.getValue("Implementation-Version");
          String shown = commit.startsWith("${") ? "unknown" : commit;
          return new String[] {"rq-orchestrator " + version + " (commit " + shown + ")"};
        }
      }
    }
    return new String[] {"rq-orchestrator (not built as a jar)"};
  }
}
