package io.weir.gateway.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.gateway.NotFoundException;
import io.weir.gateway.UnprocessableException;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.documents.DocumentService.PreconditionRequiredException;
import io.weir.gateway.documents.DocumentService.Written;
import io.weir.model.alert.AlertRule;
import io.weir.model.validation.InvalidRecordException;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DocumentServiceTest {
  private static final String RULE =
      "{\"metric\":\"m\",\"condition\":\">\",\"threshold\":0.01,\"duration_s\":150,"
          + "\"notification_channel\":\"ops\"%s}";

  private final TestingDocumentStore store = new TestingDocumentStore();
  private final DocumentService<AlertRule> service =
      new DocumentService<>(
          DocumentKind.alerts(DocumentServiceTest::check),
          store,
          3,
          new RandomIds(new Random(1)::nextLong));

  private static void check(AlertRule rule) {
    if (rule.notificationChannel().equals("nowhere")) {
      throw new InvalidRecordException("notification_channel", "is no channel");
    }
  }

  @Test
  void givesAnIdAndShowsTheVersion() {
    Written written = service.create(rule(""), ServiceAccess.ALL);
    assertThat(written.id()).matches("[0-9a-z]{16}");
    assertThat(service.find(written.id(), ServiceAccess.ALL).json().toString())
        .contains("\"id\":\"" + written.id() + "\"")
        .contains("\"threshold\":0.01")
        .contains("\"version\":" + written.version());
    assertThat(service.value(written.id()).orElseThrow().metric()).isEqualTo("m");
    assertThat(service.create(rule(""), ServiceAccess.ALL).id()).isNotEqualTo(written.id());
  }

  @Test
  void takesAnIdThatIsFreeAndNoWordOfTheApi() {
    assertThat(service.create(rule(",\"id\":\"mine\""), ServiceAccess.ALL).id()).isEqualTo("mine");
    assertThatExceptionOfType(PreconditionFailedException.class)
        .isThrownBy(() -> service.create(rule(",\"id\":\"mine\""), ServiceAccess.ALL))
        .withMessageContaining("exists already");
    assertThatExceptionOfType(InvalidRecordException.class)
        .isThrownBy(() -> service.create(rule(",\"id\":\"active\""), ServiceAccess.ALL));
  }

  @Test
  void namesEveryFieldThatIsWrong() {
    InvalidRecordException e =
        catchThrowableOfType(
            InvalidRecordException.class,
            () ->
                service.create(
                    "{\"metrc\":\"m\",\"threshold\":\"x\"}".getBytes(UTF_8), ServiceAccess.ALL));
    assertThat(e.errors())
        .extracting("field")
        .contains("metric", "threshold", "condition", "duration_s", "notification_channel")
        .contains("metrc");
    for (String body : new String[] {"", "[]", "{", "{} {}", "{\"a\":1,\"a\":2}", "null"}) {
      assertThatExceptionOfType(InvalidRecordException.class)
          .as(body)
          .isThrownBy(() -> service.create(body.getBytes(UTF_8), ServiceAccess.ALL));
    }
    assertThatExceptionOfType(InvalidRecordException.class)
        .isThrownBy(
            () ->
                service.create(
                    new String(rule(""), UTF_8).replace("\"ops\"", "\"nowhere\"").getBytes(UTF_8),
                    ServiceAccess.ALL))
        .withMessageContaining("is no channel");
  }

  @Test
  void replacesOnlyTheVersionThatWasNamedInEitherPlace() {
    Written first = service.create(rule(",\"id\":\"mine\""), ServiceAccess.ALL);
    assertThatExceptionOfType(PreconditionRequiredException.class)
        .isThrownBy(() -> service.replace("mine", rule(""), Optional.empty(), ServiceAccess.ALL));
    Written second =
        service.replace(
            "mine", rule(",\"version\":" + first.version()), Optional.empty(), ServiceAccess.ALL);
    assertThatExceptionOfType(PreconditionFailedException.class)
        .isThrownBy(
            () ->
                service.replace(
                    "mine",
                    rule(""),
                    Optional.of(Precondition.version(first.version())),
                    ServiceAccess.ALL))
        .withMessageContaining("has version " + second.version());
    assertThatExceptionOfType(InvalidRecordException.class)
        .isThrownBy(
            () ->
                service.replace(
                    "mine",
                    rule(",\"version\":1"),
                    Optional.of(Precondition.version(second.version())),
                    ServiceAccess.ALL))
        .withMessageContaining("is not the version of If-Match");
    Written third =
        service.replace(
            "mine",
            rule(",\"id\":\"mine\""),
            Optional.of(Precondition.exists()),
            ServiceAccess.ALL);
    assertThat(third.version()).isGreaterThan(second.version());
  }

  @Test
  void refusesAnotherIdThanThePathsAndAVersionOfSomethingNew() {
    service.create(rule(",\"id\":\"mine\""), ServiceAccess.ALL);
    assertThatExceptionOfType(InvalidRecordException.class)
        .isThrownBy(
            () ->
                service.replace(
                    "mine",
                    rule(",\"id\":\"yours\""),
                    Optional.of(Precondition.exists()),
                    ServiceAccess.ALL));
    assertThatExceptionOfType(InvalidRecordException.class)
        .isThrownBy(() -> service.create(rule(",\"version\":3"), ServiceAccess.ALL));
    assertThatExceptionOfType(InvalidRecordException.class)
        .isThrownBy(() -> service.create(rule(",\"version\":\"x\""), ServiceAccess.ALL));
  }

  @Test
  void knowsNothingOfWhatIsNotThere() {
    for (Runnable call :
        new Runnable[] {
          () -> service.find("missing", ServiceAccess.ALL),
          () -> service.delete("missing", Optional.empty(), ServiceAccess.ALL),
          () ->
              service.replace(
                  "missing", rule(""), Optional.of(Precondition.exists()), ServiceAccess.ALL)
        }) {
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(call::run)
          .withMessage("there is no alert 'missing'");
    }
  }

  @Test
  void deletesAVersionOrWhateverThereIs() {
    Written one = service.create(rule(",\"id\":\"one\""), ServiceAccess.ALL);
    assertThatExceptionOfType(PreconditionFailedException.class)
        .isThrownBy(
            () ->
                service.delete(
                    "one",
                    Optional.of(Precondition.version(one.version() + 1)),
                    ServiceAccess.ALL));
    service.delete("one", Optional.of(Precondition.version(one.version())), ServiceAccess.ALL);
    assertThat(service.list(ServiceAccess.ALL).documents()).isEmpty();
  }

  @Test
  void hasNoMoreThanThereMayBe() {
    for (int i = 0; i < 3; i++) {
      service.create(rule(""), ServiceAccess.ALL);
    }
    assertThatExceptionOfType(UnprocessableException.class)
        .isThrownBy(() -> service.create(rule(""), ServiceAccess.ALL));
  }

  @Test
  void showsTheOthersBesideWhatNobodyCanRead() {
    service.create(rule(",\"id\":\"good\""), ServiceAccess.ALL);
    store.force("bad", "{}".getBytes(UTF_8));
    store.force("newer", rule(",\"later\":1"));
    DocumentService.Listing listing = service.list(ServiceAccess.ALL);
    assertThat(listing.documents()).hasSize(2);
    assertThat(listing.unreadable()).containsExactly("bad");
    assertThatExceptionOfType(UnprocessableException.class)
        .isThrownBy(() -> service.find("bad", ServiceAccess.ALL));
  }

  private static byte[] rule(String more) {
    return String.format(RULE, more).getBytes(UTF_8);
  }
}
