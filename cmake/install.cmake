# Headers, library, program, and what other builds need to find them: a CMake package and a pkg-config file. Nothing
# installed holds a path of this machine; the whole prefix may be moved.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/retold)
get_target_property(library_type retold TYPE)
if(library_type STREQUAL STATIC_LIBRARY)
  set(RETOLD_STATIC TRUE)
  set(RETOLD_PC_REQUIRES Requires)
else()
  set(RETOLD_STATIC FALSE)
  set(RETOLD_PC_REQUIRES Requires.private)
endif()

install(TARGETS retold EXPORT retold_targets FILE_SET HEADERS)
install(EXPORT retold_targets NAMESPACE retold:: FILE retoldTargets.cmake DESTINATION ${package_dir})
configure_package_config_file(cmake/retoldConfig.cmake.in ${PROJECT_BINARY_DIR}/package/retoldConfig.cmake
                              INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/retoldConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/package/retoldConfig.cmake ${PROJECT_BINARY_DIR}/package/retoldConfigVersion.cmake
              cmake/dependencies.cmake
        DESTINATION ${package_dir})

# What a C compiler does not link by itself, and a static library of C++ needs.
set(RETOLD_PC_RUNTIME ${CMAKE_CXX_IMPLICIT_LINK_LIBRARIES})
list(FILTER RETOLD_PC_RUNTIME INCLUDE REGEX "^(stdc\\+\\+|c\\+\\+|m)$")
list(TRANSFORM RETOLD_PC_RUNTIME PREPEND -l)
list(JOIN RETOLD_PC_RUNTIME " " RETOLD_PC_RUNTIME)
file(RELATIVE_PATH RETOLD_PC_UP /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/retold.pc.in ${PROJECT_BINARY_DIR}/package/retold.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/package/retold.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(TARGET retold_cli)
  file(RELATIVE_PATH from_program_to_library /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
  set_target_properties(retold_cli PROPERTIES INSTALL_RPATH "$ORIGIN/${from_program_to_library}")
  install(TARGETS retold_cli)
endif()
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
