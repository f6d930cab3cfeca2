#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/kind/pipeline.h>
#include <dropzone/kind/step.h>
#include <dropzone/query/query.h>
#include <dropzone/result.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// An index over one field, or over several in a fixed order (a composite one).
using IndexDefinition = std::vector<SortKey>;

class FieldSet;

/// A named set of records and what is done to them: pipeline, declared types, indexes. Immutable.
class Kind {
 public:
  /// Reads a kind file's value:
  /// `{"name", "version", "description"?, "pipeline"?, "fields"?, "indexes"?}`.
  /// Unknown members, steps and types are `invalid_configuration` with the nearest known name and
  /// a pointer, and so are a declared type that the pipeline is known to break, and more steps,
  /// fields and indexes than limits.h allows.
  static Result<Kind> parse(const Value& definition, const StepRegistry& registry,
                            const DefinitionLimits& limits = kDeployedDefinition);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::int64_t version() const noexcept { return version_; }
  [[nodiscard]] const std::string& description() const noexcept { return description_; }
  /// "measurements@1".
  [[nodiscard]] const std::string& pipeline_name() const noexcept { return pipeline_name_; }
  [[nodiscard]] const Pipeline& pipeline() const noexcept { return pipeline_; }
  /// The pipeline as the kind file wrote it.
  [[nodiscard]] const Value& pipeline_definition() const noexcept { return pipeline_definition_; }
  [[nodiscard]] const FieldTypes& fields() const noexcept { return fields_; }
  [[nodiscard]] const std::vector<IndexDefinition>& indexes() const noexcept { return indexes_; }

  /// What is known of the fields of its records, from the declared types and the pipeline.
  [[nodiscard]] const KnownFields& known_fields() const noexcept { return known_; }
  /// The declared type of a field, else what the pipeline is known to make it, else `any`.
  [[nodiscard]] FieldType type_of(const FieldPath& field) const { return known_.type_of(field); }

  /// Runs the pipeline and checks the declared types: a field that is there and of another type is
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
  std::string description_;
  std::string pipeline_name_;
  Pipeline pipeline_;
  Value pipeline_definition_;
  FieldTypes fields_;
  // What transform() checks of fields_: the types are in the order of the fields.
  std::shared_ptr<const FieldSet> declared_;
  std::vector<FieldType> declared_types_;
  KnownFields known_;
  std::vector<IndexDefinition> indexes_;
};

/// Kinds whose names begin so are the server's own.
inline constexpr std::string_view kSystemKindPrefix = "_dropzone";
inline constexpr std::string_view kRejectsKind = "_dropzone_rejects";
inline constexpr std::string_view kSecretsKind = "_dropzone_secrets";

/// Whether a name can be a kind's: a letter, then letters, digits, `_` and `-`, at most 100 in all.
[[nodiscard]] bool is_kind_name(std::string_view name) noexcept;

/// The kinds that are deployed. Immutable and thread-safe.
class KindCatalog {
 public:
  /// Refuses (`invalid_configuration`) two kinds of one name. The server's own kinds are added.
  static Result<KindCatalog> of(std::vector<Kind> kinds);

  /// A deployed kind; `unknown_kind` names the nearest one. The server's own kinds are unknown
  /// here.
  [[nodiscard]] Result<const Kind*> find(std::string_view name) const;

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
};

}  // namespace dropzone
