#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/kind/example.h>
#include <dropzone/kind/id_rule.h>
#include <dropzone/kind/pipeline.h>
#include <dropzone/kind/step.h>
#include <dropzone/query/query.h>
#include <dropzone/result.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// An index over one field, or over several in a fixed order (a composite one).
using IndexDefinition = std::vector<SortKey>;

class FieldSet;

/// What is kept of the originals that are replaced or deleted: so many of each record, or all for
/// so long. One of the two is set.
struct HistoryBound {
  static constexpr std::int64_t kMostEntries = 1'000;

  std::optional<std::int64_t> entries = std::nullopt;
  std::optional<std::chrono::seconds> age = std::nullopt;
};

/// A named set of records and how they are handled: pipeline, declared types, indexes. Immutable.
///
/// Example:
///
///     const Value definition = Object{{"name", "readings"}, {"indexes", Array{"celsius"}}};
///     DROPZONE_TRY(const Kind kind, Kind::parse(definition, StepRegistry::with_core_steps()));
///     DROPZONE_TRY(const Object record, kind.transform(Object{{"celsius", 21.5}}));
class Kind {
 public:
  /// Reads a kind file's value: `{"name", "version"?, "description"?, "pipeline"?, "fields"?,
  /// "indexes"?, "id"?, "examples"?, "retention"?, "history"?}`. Examples are parsed, not run: see
  /// kind_examples.h.
  /// Unknown members, steps and types are `invalid_configuration` with the nearest known name and
  /// a pointer, and so are a declared type that the pipeline cannot produce, and more steps,
  /// fields and indexes than limits.h allows.
  static Result<Kind> parse(const Value& definition, const StepRegistry& registry,
                            const DefinitionLimits& limits = kDeployedDefinition);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// 1 if the definition leaves it out.
  [[nodiscard]] std::int64_t version() const noexcept { return version_; }
  [[nodiscard]] bool has_version() const noexcept { return has_version_; }
  [[nodiscard]] const std::string& description() const noexcept { return description_; }
  /// "measurements@1".
  [[nodiscard]] const std::string& pipeline_name() const noexcept { return pipeline_name_; }
  [[nodiscard]] const Pipeline& pipeline() const noexcept { return pipeline_; }
  /// As parsed: an object.
  [[nodiscard]] const Value& definition() const noexcept { return definition_; }
  /// The pipeline as in the definition: a list.
  [[nodiscard]] const Value& pipeline_definition() const noexcept { return pipeline_definition_; }
  [[nodiscard]] const FieldTypes& fields() const noexcept { return fields_; }
  [[nodiscard]] const std::vector<IndexDefinition>& indexes() const noexcept { return indexes_; }

  /// How a record that arrives without an `_id` gets one. Nothing: the server makes a random one.
  [[nodiscard]] const std::optional<IdRule>& id_rule() const noexcept { return id_rule_; }
  /// Tests of its pipeline.
  [[nodiscard]] const std::vector<Example>& examples() const noexcept { return examples_; }
  /// For how long records are kept after they were created. Nothing: for ever.
  [[nodiscard]] std::optional<std::chrono::seconds> retention() const noexcept {
    return retention_;
  }
  /// Nothing: no original is kept once it is replaced or deleted.
  [[nodiscard]] const std::optional<HistoryBound>& history() const noexcept { return history_; }

  /// Whether records of the other version are made the same way: its pipeline, fields and id
  /// are the same.
  [[nodiscard]] bool transforms_like(const Kind& other) const;

  /// What is known of the fields of its records, from the declared types and the pipeline.
  [[nodiscard]] const KnownFields& known_fields() const noexcept { return known_; }
  /// The declared type of a field, else the type that the pipeline is known to give it, else `any`.
  [[nodiscard]] FieldType type_of(const FieldPath& field) const { return known_.type_of(field); }

  /// Runs the pipeline and checks the declared types: a field that is present with another type is
  /// `type_mismatch`, null too. `_id` is not part of the object.
  /// Errors are otherwise those of Pipeline::apply().
  [[nodiscard]] Result<Object> transform(Object object, const StepContext& context,
                                         const Pipeline::Trace& trace = {}) const;
  /// The same with the default limits.
  [[nodiscard]] Result<Object> transform(Object object) const;

 private:
  friend class KindCatalog;  // Makes the server's own kinds.

  Kind(std::string name, std::int64_t version);

  std::string name_;
  std::int64_t version_;
  bool has_version_ = true;
  std::string description_;
  std::string pipeline_name_;
  Pipeline pipeline_;
  Value definition_;
  Value pipeline_definition_;
  FieldTypes fields_;
  // What transform() checks of fields_: the types are in the order of the fields.
  std::shared_ptr<const FieldSet> declared_;
  std::vector<FieldType> declared_types_;
  KnownFields known_;
  std::vector<IndexDefinition> indexes_;
  std::optional<IdRule> id_rule_;
  std::vector<Example> examples_;
  std::optional<std::chrono::seconds> retention_;
  std::optional<HistoryBound> history_;
};

/// The prefix of the names of the server's own kinds.
inline constexpr std::string_view kSystemKindPrefix = "_dropzone";
inline constexpr std::string_view kRejectsKind = "_dropzone_rejects";
inline constexpr std::string_view kSecretsKind = "_dropzone_secrets";
inline constexpr std::string_view kKindsKind = "_dropzone_kinds";
inline constexpr std::string_view kIdempotencyKind = "_dropzone_idempotency";

/// How long what is stored under an Idempotency-Key is known by it.
inline constexpr std::chrono::seconds kIdempotencyRetention{24 * 60 * 60};
inline constexpr std::string_view kJobsKind = "_dropzone_jobs";
inline constexpr std::string_view kHistoryKind = "_dropzone_history";

/// Whether a name can be a kind's: a letter, then letters, digits, `_` and `-`, at most 100 in all.
[[nodiscard]] bool is_kind_name(std::string_view name) noexcept;

/// The kinds that are deployed. Immutable and thread-safe.
class KindCatalog {
 public:
  /// Refuses (`invalid_configuration`) two kinds of one name. The server's own kinds are added.
  static Result<KindCatalog> of(std::vector<Kind> kinds);

  /// Refuses two kinds of one name, as above. Kinds may be in several catalogs.
  static Result<KindCatalog> of(std::vector<std::shared_ptr<const Kind>> kinds);

  /// A deployed kind; `unknown_kind` names the nearest one. The server's own kinds are unknown
  /// here.
  [[nodiscard]] Result<std::shared_ptr<const Kind>> find(std::string_view name) const;

  /// Adds names of kinds that are not available yet, because their versions in the store are not
  /// known: find() is `unavailable` for them.
  void expect(std::vector<std::string> names) { expected_ = std::move(names); }

  /// All deployed kinds, by name.
  [[nodiscard]] const std::vector<std::shared_ptr<const Kind>>& kinds() const noexcept {
    return kinds_;
  }
  /// The server's own kinds: what a repository needs to know of their indexes.
  [[nodiscard]] const std::vector<std::shared_ptr<const Kind>>& system_kinds() const noexcept {
    return system_kinds_;
  }

 private:
  std::vector<std::shared_ptr<const Kind>> kinds_;
  std::vector<std::shared_ptr<const Kind>> system_kinds_;
  std::vector<std::string> expected_;
};

}  // namespace dropzone
