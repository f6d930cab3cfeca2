#pragma once

#include <memory>

#include <dropzone/kind/step.h>
#include <dropzone/result.h>

namespace dropzone {

class PipelineParser;

/// The factories of the core's steps, by the names of the files next to this one.
Result<std::unique_ptr<Step>> make_convert(const Value& definition);
Result<std::unique_ptr<Step>> make_copy(const Value& definition);
Result<std::unique_ptr<Step>> make_default(const Value& definition);
Result<std::unique_ptr<Step>> make_flatten(const Value& definition);
Result<std::unique_ptr<Step>> make_for_each(const Value& definition, PipelineParser& parser);
Result<std::unique_ptr<Step>> make_format(const Value& definition);
Result<std::unique_ptr<Step>> make_join(const Value& definition);
Result<std::unique_ptr<Step>> make_keep(const Value& definition);
Result<std::unique_ptr<Step>> make_lookup(const Value& definition);
Result<std::unique_ptr<Step>> make_lowercase(const Value& definition);
Result<std::unique_ptr<Step>> make_parse_key_value(const Value& definition);
Result<std::unique_ptr<Step>> make_received(const Value& definition);
Result<std::unique_ptr<Step>> make_reject(const Value& definition);
Result<std::unique_ptr<Step>> make_remove(const Value& definition);
Result<std::unique_ptr<Step>> make_rename(const Value& definition);
Result<std::unique_ptr<Step>> make_require(const Value& definition);
Result<std::unique_ptr<Step>> make_set(const Value& definition);
Result<std::unique_ptr<Step>> make_split(const Value& definition);
Result<std::unique_ptr<Step>> make_statistics(const Value& definition);
Result<std::unique_ptr<Step>> make_trim(const Value& definition);
Result<std::unique_ptr<Step>> make_unflatten(const Value& definition);
Result<std::unique_ptr<Step>> make_uppercase(const Value& definition);

}  // namespace dropzone
