#pragma once

#include <memory>

#include <dropzone/kind/step.h>
#include <dropzone/result.h>

namespace dropzone {

Result<std::unique_ptr<Step>> make_validate(const Value& definition);

}  // namespace dropzone
