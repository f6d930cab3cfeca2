#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <dropzone/kind/step_context.h>
#include <dropzone/result.h>
#include <dropzone/value/value.h>

#include <lua.hpp>

namespace dropzone::lua {

// An error leaves Lua by longjmp, which skips destructors. So no function between lua_pcall() and a
// call of Lua that may raise one has a local variable with a destructor: what needs one lives in
// the Run, outside lua_pcall(), or within a noexcept function that calls no Lua.

/// What a script may use for one record.
struct ScriptLimits {
  std::int64_t instructions = 1'000'000;
  std::size_t memory_bytes = std::size_t{16} << 20;
};

/// One record on its way through a script.
struct Run {
  Object& object;              ///< As it came. Parts that the script never touches are moved out.
  const StepContext& context;  ///< Of the pipeline.
  Value made = {};             ///< The script's result.
  std::optional<Error> error = {};  ///< The refusal, unless the error's message is all there is.
  std::size_t held = 0;             ///< Bytes of the request's account, until the run ends.
  bool too_late = false;
  bool no_memory = false;  ///< The request's account has no more.
  int line = 0;            ///< Line of the script that failed; 0 if unknown.
};

/// Metatables tell apart the tables and values that look alike to Lua.
enum class Shape : std::uint8_t {
  plain,        ///< A table that the script made.
  lazy_object,  ///< An object of the record, none of whose members the script has touched.
  lazy_array,
  object,  ///< A table that keeps the order of its members.
  array,   ///< A table that is an array, even if it is empty.
  taken,   ///< A table that is in the result already.
  timestamp,
  integer,  ///< From 2^63 on: more than Lua's integers hold.
};
inline constexpr std::size_t kShapes = 8;

/// A Lua state with a compiled script. Used by one thread at a time.
class Machine {
 public:
  /// `invalid_configuration` with the line of the fault if the script does not compile.
  static Result<std::unique_ptr<Machine>> make(std::string_view source, const ScriptLimits& limits);

  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  ~Machine();

  /// Runs the script on the object, which is unspecified after a refusal.
  Result<void> run(Object& object, const StepContext& context);

  /// Collects garbage if there is much. False if much memory is left: then it had better go.
  [[nodiscard]] bool tidy_up() noexcept;

  // For the functions that Lua calls.
  [[nodiscard]] static Machine& of(lua_State* state) noexcept {
    return **static_cast<Machine**>(lua_getextraspace(state));
  }
  [[nodiscard]] Run& current() noexcept { return *run_; }
  /// Counts work as if it were instructions. False if there were too many.
  [[nodiscard]] bool spend(std::size_t work) noexcept {
    fuel_ = work > static_cast<std::size_t>(fuel_ < 0 ? 0 : fuel_)
                ? -1
                : fuel_ - static_cast<std::int64_t>(work);
    return fuel_ >= 0;
  }
  /// Notes that the script refuses the record. An error has to follow.
  void reject(std::string_view message) noexcept;
  void push_metatable(Shape shape) noexcept;
  [[nodiscard]] Shape shape_of(const void* metatable) const noexcept;

 private:
  explicit Machine(const ScriptLimits& limits) : limits_(limits) {}

  static void* allocate(void* machine, void* block, std::size_t old_size,
                        std::size_t new_size) noexcept;
  static void on_count(lua_State* state, lua_Debug*);
  static int on_error(lua_State* state);
  static int set_up(lua_State* state);
  static int run_script(lua_State* state);
  [[nodiscard]] bool hold(std::size_t growth) noexcept;
  std::optional<Error> compile(std::string_view source);
  Error failure(int status);

  const ScriptLimits limits_;
  lua_State* state_ = nullptr;
  std::size_t used_ = 0;
  std::size_t used_at_first_ = 0;  ///< With the script compiled, which no request has to hold.
  std::int64_t fuel_ =
      std::numeric_limits<std::int64_t>::max();  ///< What is left of the instructions.
  Run* run_ = nullptr;
  int script_ = LUA_NOREF;
  int globals_metatable_ = LUA_NOREF;
  std::array<int, kShapes> metatables_{};
  std::array<const void*, kShapes> shapes_{};
};

/// Counts work, and ends the script if it was too much.
inline void charge(lua_State* state, std::size_t work) {
  if (!Machine::of(state).spend(work)) luaL_error(state, "too many instructions");
}

}  // namespace dropzone::lua
