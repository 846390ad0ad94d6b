package io.weir.model.query.match;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * Splits text as the index does: Elasticsearch's analyzer {@code standard}, which is Lucene's
 * tokenizer by the word boundaries of UAX #29 and then lower case, code point by code point. No
 * stop words; a token longer than 255 characters is cut into several. Not thread-safe.
 *
 * @see <a
 *     href="https://www.elastic.co/guide/en/elasticsearch/reference/8.19/analysis-standard-analyzer.html">Standard
 *     analyzer</a>
 */
final class StandardTokens {
  private final StandardTokenizer tokenizer = new StandardTokenizer();
  private final CharTermAttribute term = tokenizer.addAttribute(CharTermAttribute.class);

  /** Returns the tokens of a text in order; the index of a token is its position. */
  List<String> of(String text) {
    List<String> tokens = new ArrayList<>();
    try {
      tokenizer.setReader(new StringReader(text));
      try {
        tokenizer.reset();
        while (tokenizer.incrementToken()) {
          tokens.add(lowerCase(term));
        }
        tokenizer.end();
      } finally {
        tokenizer.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // unreachable: the text is in memory
    }
    return tokens;
  }

  /** Returns a text in lower case as the index makes it: without a locale and without context. */
  static String lowerCase(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80 || (c >= 'A' && c <= 'Z')) {
        StringBuilder lower = new StringBuilder(text.length());
        text.codePoints().map(Character::toLowerCase).forEach(lower::appendCodePoint);
        return lower.toString();
      }
    }
    return text.toString();
  }
}
