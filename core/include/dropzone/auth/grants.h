#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/result.h>

namespace dropzone {

/// What a request needs to be allowed; roles grant these.
enum class Permission : std::uint8_t {
  open,    ///< Needs no credentials.
  known,   ///< Needs credentials, of any role.
  read,    ///< Look at records, kinds, rejects.
  write,   ///< Store and change records.
  remove,  ///< Delete records and rejects: the role `delete`.
  admin,   ///< Operate the server. Includes all the others.
};

/// The name of the role that grants this: "read", "write", "delete", "admin".
[[nodiscard]] std::string_view role_name(Permission permission) noexcept;

/// The roles that somebody has, and for which kinds. A value type; grants nothing if it is empty.
///
/// As text it is roles between commas, each for all kinds or for one: `read,write:measurements`.
/// The role `admin` includes the other three; for all kinds it is the server operator's.
class Grants {
 public:
  Grants() = default;

  /// Everything.
  [[nodiscard]] static Grants all();

  /// Reads the text form. An error's detail names the invalid role or kind.
  [[nodiscard]] static Result<Grants> parse(std::string_view text);

  /// Allows what the others allow as well.
  void add(const Grants& others);

  /// Whether this may be done with this kind.
  [[nodiscard]] bool allow(Permission permission, std::string_view kind) const noexcept;

  /// Whether it may be done with every kind, now and in future.
  [[nodiscard]] bool allow_everywhere(Permission permission) const noexcept;

  /// Whether there is a kind with which it may be done.
  [[nodiscard]] bool allow_somewhere(Permission permission) const noexcept;

  /// Whether these include all of `others`: a principal cannot delegate permissions that it lacks.
  [[nodiscard]] bool cover(const Grants& others) const noexcept;

  [[nodiscard]] bool empty() const noexcept { return grants_.empty(); }

  /// The text form.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const Grants&, const Grants&) = default;

 private:
  struct Grant {
    Permission role;
    std::string kind;  ///< Empty: all kinds.

    friend bool operator==(const Grant&, const Grant&) = default;
  };
  std::vector<Grant> grants_;
};

}  // namespace dropzone
