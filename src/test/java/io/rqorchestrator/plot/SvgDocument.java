package io.rqorchestrator.plot;

import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** A picture as an XML parser reads it. */
record SvgDocument(Document document) {

  static SvgDocument parse(String text) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return new SvgDocument(
        factory.newDocumentBuilder().parse(new InputSource(new StringReader(text))));
  }

  List<Element> elements(String name) {
    NodeList found = document.getElementsByTagName(name);
    return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
  }

  /** The text elements that say this. */
  List<Element> saying(String text) {
    return elements("text").stream().filter(e -> e.getTextContent().equals(text)).toList();
  }

  List<String> texts() {
    return elements("text").stream().map(Element::getTextContent).toList();
  }

  List<String> tooltips() {
    return elements("title").stream().map(Element::getTextContent).toList();
  }

  /** Outlines of lines, not of areas and marks. */
  List<String> lines(String color) {
    return elements("path").stream()
        .filter(path -> path.getAttribute("stroke").equals(color))
        .map(path -> path.getAttribute("d"))
        .toList();
  }

  static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }
}
