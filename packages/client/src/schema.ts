export interface paths {
  '/healthz': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/readyz': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/metrics': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/monitor/metrics': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/message-schemas/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/message-schemas/{name}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          name: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/srpms/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              srpms: string[]
            }
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/module-builds/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          name?: string | string[]
          stream?: string | string[]
          version?: string | string[]
          context?: string | string[]
          koji_tag?: string | string[]
          owner?: string | string[]
          scmurl?: string | string[]
          state?: string | string[]
          nsvc?: string | string[]
          rpm?: string | string[]
          scratch?: string | string[]
          batch?: string | string[]
          rebuild_strategy?: string | string[]
          build_context?: string | string[]
          runtime_context?: string | string[]
          virtual_stream?: string | string[]
          stream_version_lte?: string | string[]
          base_module_br?: string | string[]
          base_module_br_name?: string | string[]
          base_module_br_stream?: string | string[]
          base_module_br_version?: string | string[]
          base_module_br_context?: string | string[]
          base_module_br_stream_version?: string | string[]
          base_module_br_stream_version_lte?: string | string[]
          base_module_br_stream_version_gte?: string | string[]
          submitted_before?: string | string[]
          submitted_after?: string | string[]
          modified_before?: string | string[]
          modified_after?: string | string[]
          completed_before?: string | string[]
          completed_after?: string | string[]
          order_by?: string | string[]
          order_desc_by?: string | string[]
          verbose?: string | string[]
          short?: string | string[]
          page?: string | string[]
          per_page?: string | string[]
        }
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: {
                page: number
                pages: number
                per_page: number
                total: number
                first: string
                last: string
                prev: string | null
                next: string | null
              }
              items: {
                id: number
                /** @enum {unknown} */
                state: 0 | 1 | 2 | 3 | 4 | 5 | 6
                /** @enum {unknown} */
                state_name: 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'
                name: string
                stream: string
                /** @description 0 until it is known */
                version: string
                /** @description 00000000 until it is known */
                context: string
                scratch: boolean
                state_reason?: string | null
                component_builds?: number[]
                koji_tag?: string | null
                owner?: string
                rebuild_strategy?: string
                scmurl?: string | null
                srpms?: string[]
                siblings?: number[]
                /** @description name → stream, version, context and more */
                buildrequires?: Record<string, never>
                time_submitted?: string
                time_modified?: string
                time_completed?: string | null
                /** @description format → package → task */
                tasks?: Record<string, never>
                base_module_buildrequires?: {
                  id: number
                  /** @enum {unknown} */
                  state: 0 | 1 | 2 | 3 | 4 | 5 | 6
                  /** @enum {unknown} */
                  state_name: 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'
                  name: string
                  stream: string
                  /** @description 0 until it is known */
                  version: string
                  /** @description 00000000 until it is known */
                  context: string
                  stream_version: number | null
                }[]
                build_context?: string | null
                runtime_context?: string | null
                modulemd?: string | null
                reused_module_id?: number | null
                state_trace?: {
                  time: string | null
                  state: number
                  state_name: string
                  reason: string | null
                }[]
                state_url?: string
                stream_version?: number | null
                virtual_streams?: string[]
                arches?: string[]
                platform?: string | null
                batch?: number
                dist_tag?: string | null
                components?: {
                  id: number
                  package: string
                  task_id: number | null
                  state: (0 | 1 | 3 | 4) | null
                  state_name: ('BUILDING' | 'COMPLETE' | 'FAILED' | 'CANCELED') | null
                  state_reason: string | null
                  nvr: string | null
                  batch: number
                  attempt: number
                  time_started: string | null
                  time_completed: string | null
                  reuse: {
                    code: string
                    detail: string | null
                  } | null
                  included_from: string | null
                  expected_seconds: number | null
                  expected_error: number | null
                  log_url: string | null
                  built_after: string[]
                }[]
                waiting_for?: {
                  sentence: string
                  since: string
                }[]
                stopped_by?: string | null
              }[]
            }
          }
        }
      }
    }
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json':
              | {
                  id: number
                  /** @enum {unknown} */
                  state: 0 | 1 | 2 | 3 | 4 | 5 | 6
                  /** @enum {unknown} */
                  state_name: 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'
                  name: string
                  stream: string
                  /** @description 0 until it is known */
                  version: string
                  /** @description 00000000 until it is known */
                  context: string
                  scratch: boolean
                  state_reason: string | null
                  component_builds: number[]
                  koji_tag: string | null
                  owner: string
                  rebuild_strategy: string
                  scmurl: string | null
                  srpms: string[]
                  siblings: number[]
                  /** @description name → stream, version, context and more */
                  buildrequires: Record<string, never>
                  time_submitted: string
                  time_modified: string
                  time_completed: string | null
                  /** @description format → package → task */
                  tasks: Record<string, never>
                  base_module_buildrequires: {
                    id: number
                    /** @enum {unknown} */
                    state: 0 | 1 | 2 | 3 | 4 | 5 | 6
                    /** @enum {unknown} */
                    state_name: 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'
                    name: string
                    stream: string
                    /** @description 0 until it is known */
                    version: string
                    /** @description 00000000 until it is known */
                    context: string
                    stream_version: number | null
                  }[]
                  build_context: string | null
                  runtime_context: string | null
                  modulemd: string | null
                  reused_module_id: number | null
                  state_trace: {
                    time: string | null
                    state: number
                    state_name: string
                    reason: string | null
                  }[]
                  state_url: string
                  stream_version: number | null
                  virtual_streams: string[]
                  arches: string[]
                  platform: string | null
                  batch: number
                  dist_tag: string | null
                  components: {
                    id: number
                    package: string
                    task_id: number | null
                    state: (0 | 1 | 3 | 4) | null
                    state_name: ('BUILDING' | 'COMPLETE' | 'FAILED' | 'CANCELED') | null
                    state_reason: string | null
                    nvr: string | null
                    batch: number
                    attempt: number
                    time_started: string | null
                    time_completed: string | null
                    reuse: {
                      code: string
                      detail: string | null
                    } | null
                    included_from: string | null
                    expected_seconds: number | null
                    expected_error: number | null
                    log_url: string | null
                    built_after: string[]
                  }[]
                  waiting_for: {
                    sentence: string
                    since: string
                  }[]
                  stopped_by: string | null
                }
              | {
                  id: number
                  /** @enum {unknown} */
                  state: 0 | 1 | 2 | 3 | 4 | 5 | 6
                  /** @enum {unknown} */
                  state_name: 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'
                  name: string
                  stream: string
                  /** @description 0 until it is known */
                  version: string
                  /** @description 00000000 until it is known */
                  context: string
                  scratch: boolean
                  state_reason: string | null
                  component_builds: number[]
                  koji_tag: string | null
                  owner: string
                  rebuild_strategy: string
                  scmurl: string | null
                  srpms: string[]
                  siblings: number[]
                  /** @description name → stream, version, context and more */
                  buildrequires: Record<string, never>
                  time_submitted: string
                  time_modified: string
                  time_completed: string | null
                  /** @description format → package → task */
                  tasks: Record<string, never>
                  base_module_buildrequires: {
                    id: number
                    /** @enum {unknown} */
                    state: 0 | 1 | 2 | 3 | 4 | 5 | 6
                    /** @enum {unknown} */
                    state_name: 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'
                    name: string
                    stream: string
                    /** @description 0 until it is known */
                    version: string
                    /** @description 00000000 until it is known */
                    context: string
                    stream_version: number | null
                  }[]
                  build_context: string | null
                  runtime_context: string | null
                  modulemd: string | null
                  reused_module_id: number | null
                  state_trace: {
                    time: string | null
                    state: number
                    state_name: string
                    reason: string | null
                  }[]
                  state_url: string
                  stream_version: number | null
                  virtual_streams: string[]
                  arches: string[]
                  platform: string | null
                  batch: number
                  dist_tag: string | null
                  components: {
                    id: number
                    package: string
                    task_id: number | null
                    state: (0 | 1 | 3 | 4) | null
                    state_name: ('BUILDING' | 'COMPLETE' | 'FAILED' | 'CANCELED') | null
                    state_reason: string | null
                    nvr: string | null
                    batch: number
                    attempt: number
                    time_started: string | null
                    time_completed: string | null
                    reuse: {
                      code: string
                      detail: string | null
                    } | null
                    included_from: string | null
                    expected_seconds: number | null
                    expected_error: number | null
                    log_url: string | null
                    built_after: string[]
                  }[]
                  waiting_for: {
                    sentence: string
                    since: string
                  }[]
                  stopped_by: string | null
                }[]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/plan/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      /** @description the parameters of a submission */
      requestBody: {
        content: {
          'application/json': {
            [key: string]: unknown
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              refused: {
                message: string
                where: string | null
              }[]
              unmet: string[]
              builds: {
                name: string
                stream: string
                version: string
                context: string
                scratch: boolean
                build_context: string
                runtime_context: string
                platform: string
                arches: string[]
                /** @description name → stream, version, context and more */
                buildrequires: Record<string, never>
                rebuild_strategy: string
                dependency_order: boolean
                reused_module_id: number | null
                exists: {
                  id: number
                  state_name: string
                } | null
                components: {
                  package: string
                  ref: string | null
                  batch: number
                  included_from: string | null
                  reuse: {
                    code: string
                    detail: string
                  }
                  expected_seconds: number | null
                  expected_error: number | null
                  samples: number
                }[]
                critical_path: {
                  packages: string[]
                  seconds: number
                  error: number
                  unknown: string[]
                }
              }[]
            }
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/where/{component}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
          component: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              items: {
                id: number
                name: string
                stream: string
                version: string
                context: string
                platform: string
                scmurl: string | null
                branch: string | null
                nvr: string | null
                ref: string | null
                composes: number[]
              }[]
            }
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/rebuilds/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            component: string
            ref?: string
            streams?: string[]
            plan?: boolean
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              items: {
                name: string
                stream: string
                from: number | null
                plan?: {
                  refused: {
                    message: string
                    where: string | null
                  }[]
                  unmet: string[]
                  builds: {
                    name: string
                    stream: string
                    version: string
                    context: string
                    scratch: boolean
                    build_context: string
                    runtime_context: string
                    platform: string
                    arches: string[]
                    /** @description name → stream, version, context and more */
                    buildrequires: Record<string, never>
                    rebuild_strategy: string
                    dependency_order: boolean
                    reused_module_id: number | null
                    exists: {
                      id: number
                      state_name: string
                    } | null
                    components: {
                      package: string
                      ref: string | null
                      batch: number
                      included_from: string | null
                      reuse: {
                        code: string
                        detail: string
                      }
                      expected_seconds: number | null
                      expected_error: number | null
                      samples: number
                    }[]
                    critical_path: {
                      packages: string[]
                      seconds: number
                      error: number
                      unknown: string[]
                    }
                  }[]
                }
                builds?: number[]
                error?: string
              }[]
            }
          }
        }
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              items: {
                name: string
                stream: string
                from: number | null
                plan?: {
                  refused: {
                    message: string
                    where: string | null
                  }[]
                  unmet: string[]
                  builds: {
                    name: string
                    stream: string
                    version: string
                    context: string
                    scratch: boolean
                    build_context: string
                    runtime_context: string
                    platform: string
                    arches: string[]
                    /** @description name → stream, version, context and more */
                    buildrequires: Record<string, never>
                    rebuild_strategy: string
                    dependency_order: boolean
                    reused_module_id: number | null
                    exists: {
                      id: number
                      state_name: string
                    } | null
                    components: {
                      package: string
                      ref: string | null
                      batch: number
                      included_from: string | null
                      reuse: {
                        code: string
                        detail: string
                      }
                      expected_seconds: number | null
                      expected_error: number | null
                      samples: number
                    }[]
                    critical_path: {
                      packages: string[]
                      seconds: number
                      error: number
                      unknown: string[]
                    }
                  }[]
                }
                builds?: number[]
                error?: string
              }[]
            }
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/rebuilds/published/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            modulemd: string
            platform?: string
            ref?: string
            plan?: boolean
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              name: string
              stream: string
              from: number | null
              plan?: {
                refused: {
                  message: string
                  where: string | null
                }[]
                unmet: string[]
                builds: {
                  name: string
                  stream: string
                  version: string
                  context: string
                  scratch: boolean
                  build_context: string
                  runtime_context: string
                  platform: string
                  arches: string[]
                  /** @description name → stream, version, context and more */
                  buildrequires: Record<string, never>
                  rebuild_strategy: string
                  dependency_order: boolean
                  reused_module_id: number | null
                  exists: {
                    id: number
                    state_name: string
                  } | null
                  components: {
                    package: string
                    ref: string | null
                    batch: number
                    included_from: string | null
                    reuse: {
                      code: string
                      detail: string
                    }
                    expected_seconds: number | null
                    expected_error: number | null
                    samples: number
                  }[]
                  critical_path: {
                    packages: string[]
                    seconds: number
                    error: number
                    unknown: string[]
                  }
                }[]
              }
              builds?: number[]
              error?: string
            }
          }
        }
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              name: string
              stream: string
              from: number | null
              plan?: {
                refused: {
                  message: string
                  where: string | null
                }[]
                unmet: string[]
                builds: {
                  name: string
                  stream: string
                  version: string
                  context: string
                  scratch: boolean
                  build_context: string
                  runtime_context: string
                  platform: string
                  arches: string[]
                  /** @description name → stream, version, context and more */
                  buildrequires: Record<string, never>
                  rebuild_strategy: string
                  dependency_order: boolean
                  reused_module_id: number | null
                  exists: {
                    id: number
                    state_name: string
                  } | null
                  components: {
                    package: string
                    ref: string | null
                    batch: number
                    included_from: string | null
                    reuse: {
                      code: string
                      detail: string
                    }
                    expected_seconds: number | null
                    expected_error: number | null
                    samples: number
                  }[]
                  critical_path: {
                    packages: string[]
                    seconds: number
                    error: number
                    unknown: string[]
                  }
                }[]
              }
              builds?: number[]
              error?: string
            }
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/retirements/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              items: {
                name: string
                stream: string
                /** @description the first day on which nothing is built any more, YYYY-MM-DD, UTC */
                eol: string
                reason: string
                obsoleted_by: string | null
                retired_by: string
              }[]
            }
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/retirements/{name}/{stream}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          name: string
          stream: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            eol: string
            reason: string
            obsoleted_by?: string
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              name: string
              stream: string
              /** @description the first day on which nothing is built any more, YYYY-MM-DD, UTC */
              eol: string
              reason: string
              obsoleted_by: string | null
              retired_by: string
            }
          }
        }
      }
    }
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          name: string
          stream: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/module-builds/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          verbose?: string
          short?: string
        }
        header?: never
        path: {
          version: number
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              id: number
              /** @enum {unknown} */
              state: 0 | 1 | 2 | 3 | 4 | 5 | 6
              /** @enum {unknown} */
              state_name: 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'
              name: string
              stream: string
              /** @description 0 until it is known */
              version: string
              /** @description 00000000 until it is known */
              context: string
              scratch: boolean
              state_reason?: string | null
              component_builds?: number[]
              koji_tag?: string | null
              owner?: string
              rebuild_strategy?: string
              scmurl?: string | null
              srpms?: string[]
              siblings?: number[]
              /** @description name → stream, version, context and more */
              buildrequires?: Record<string, never>
              time_submitted?: string
              time_modified?: string
              time_completed?: string | null
              /** @description format → package → task */
              tasks?: Record<string, never>
              base_module_buildrequires?: {
                id: number
                /** @enum {unknown} */
                state: 0 | 1 | 2 | 3 | 4 | 5 | 6
                /** @enum {unknown} */
                state_name: 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'
                name: string
                stream: string
                /** @description 0 until it is known */
                version: string
                /** @description 00000000 until it is known */
                context: string
                stream_version: number | null
              }[]
              build_context?: string | null
              runtime_context?: string | null
              modulemd?: string | null
              reused_module_id?: number | null
              state_trace?: {
                time: string | null
                state: number
                state_name: string
                reason: string | null
              }[]
              state_url?: string
              stream_version?: number | null
              virtual_streams?: string[]
              arches?: string[]
              platform?: string | null
              batch?: number
              dist_tag?: string | null
              components?: {
                id: number
                package: string
                task_id: number | null
                state: (0 | 1 | 3 | 4) | null
                state_name: ('BUILDING' | 'COMPLETE' | 'FAILED' | 'CANCELED') | null
                state_reason: string | null
                nvr: string | null
                batch: number
                attempt: number
                time_started: string | null
                time_completed: string | null
                reuse: {
                  code: string
                  detail: string | null
                } | null
                included_from: string | null
                expected_seconds: number | null
                expected_error: number | null
                log_url: string | null
                built_after: string[]
              }[]
              waiting_for?: {
                sentence: string
                since: string
              }[]
              stopped_by?: string | null
            }
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
          id: number
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            state: string | number
            owner?: string
            reason?: string
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              id: number
              /** @enum {unknown} */
              state: 0 | 1 | 2 | 3 | 4 | 5 | 6
              /** @enum {unknown} */
              state_name: 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'
              name: string
              stream: string
              /** @description 0 until it is known */
              version: string
              /** @description 00000000 until it is known */
              context: string
              scratch: boolean
              state_reason: string | null
              component_builds: number[]
              koji_tag: string | null
              owner: string
              rebuild_strategy: string
              scmurl: string | null
              srpms: string[]
              siblings: number[]
              /** @description name → stream, version, context and more */
              buildrequires: Record<string, never>
              time_submitted: string
              time_modified: string
              time_completed: string | null
              /** @description format → package → task */
              tasks: Record<string, never>
              base_module_buildrequires: {
                id: number
                /** @enum {unknown} */
                state: 0 | 1 | 2 | 3 | 4 | 5 | 6
                /** @enum {unknown} */
                state_name: 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'
                name: string
                stream: string
                /** @description 0 until it is known */
                version: string
                /** @description 00000000 until it is known */
                context: string
                stream_version: number | null
              }[]
              build_context: string | null
              runtime_context: string | null
              modulemd: string | null
              reused_module_id: number | null
              state_trace: {
                time: string | null
                state: number
                state_name: string
                reason: string | null
              }[]
              state_url: string
              stream_version: number | null
              virtual_streams: string[]
              arches: string[]
              platform: string | null
              batch: number
              dist_tag: string | null
              components: {
                id: number
                package: string
                task_id: number | null
                state: (0 | 1 | 3 | 4) | null
                state_name: ('BUILDING' | 'COMPLETE' | 'FAILED' | 'CANCELED') | null
                state_reason: string | null
                nvr: string | null
                batch: number
                attempt: number
                time_started: string | null
                time_completed: string | null
                reuse: {
                  code: string
                  detail: string | null
                } | null
                included_from: string | null
                expected_seconds: number | null
                expected_error: number | null
                log_url: string | null
                built_after: string[]
              }[]
              waiting_for: {
                sentence: string
                since: string
              }[]
              stopped_by: string | null
            }
          }
        }
      }
    }
    trace?: never
  }
  '/module-build-service/{version}/module-builds/{id}/messages': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: {
                page: number
                pages: number
                per_page: number
                total: number
                first: string
                last: string
                prev: string | null
                next: string | null
              }
              messages: {
                id: number
                time_created: string
                message: string
              }[]
            }
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/component-builds/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          package?: string | string[]
          module_build?: string | string[]
          state?: string | string[]
          batch?: string | string[]
          nvr?: string | string[]
          task_id?: string | string[]
          ref?: string | string[]
          scmurl?: string | string[]
          format?: string | string[]
          build_time_only?: string | string[]
          buildonly?: string | string[]
          order_by?: string | string[]
          order_desc_by?: string | string[]
          verbose?: string | string[]
          page?: string | string[]
          per_page?: string | string[]
        }
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: {
                page: number
                pages: number
                per_page: number
                total: number
                first: string
                last: string
                prev: string | null
                next: string | null
              }
              items: {
                /** @description the component build */
                id: number
                module_build: number
                package: string
                format: string
                state: (0 | 1 | 3 | 4) | null
                state_name: ('BUILDING' | 'COMPLETE' | 'FAILED' | 'CANCELED') | null
                state_reason: string | null
                task_id: number | null
                nvr: string | null
                batch?: number
                attempt?: number
                time_started?: string | null
                time_completed?: string | null
                reuse?: {
                  code: string
                  detail: string | null
                } | null
                included_from?: string | null
                expected_seconds?: number | null
                expected_error?: number | null
                log_url?: string | null
                state_trace?: {
                  time: string | null
                  state: number
                  state_name: string
                  reason: string | null
                }[]
                state_url?: string
              }[]
            }
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/component-builds/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          verbose?: string
          short?: string
        }
        header?: never
        path: {
          version: number
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              /** @description the component build */
              id: number
              module_build: number
              package: string
              format: string
              state: (0 | 1 | 3 | 4) | null
              state_name: ('BUILDING' | 'COMPLETE' | 'FAILED' | 'CANCELED') | null
              state_reason: string | null
              task_id: number | null
              nvr: string | null
              batch?: number
              attempt?: number
              time_started?: string | null
              time_completed?: string | null
              reuse?: {
                code: string
                detail: string | null
              } | null
              included_from?: string | null
              expected_seconds?: number | null
              expected_error?: number | null
              log_url?: string | null
              state_trace?: {
                time: string | null
                state: number
                state_name: string
                reason: string | null
              }[]
              state_url?: string
            }
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/component-builds/{id}/messages': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: {
                page: number
                pages: number
                per_page: number
                total: number
                first: string
                last: string
                prev: string | null
                next: string | null
              }
              messages: {
                id: number
                time_created: string
                message: string
              }[]
            }
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/component-builds/{id}/retry': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              /** @description the component build */
              id: number
              module_build: number
              package: string
              format: string
              state: (0 | 1 | 3 | 4) | null
              state_name: ('BUILDING' | 'COMPLETE' | 'FAILED' | 'CANCELED') | null
              state_reason: string | null
              task_id: number | null
              nvr: string | null
              batch?: number
              attempt?: number
              time_started?: string | null
              time_completed?: string | null
              reuse?: {
                code: string
                detail: string | null
              } | null
              included_from?: string | null
              expected_seconds?: number | null
              expected_error?: number | null
              log_url?: string | null
              state_trace?: {
                time: string | null
                state: number
                state_name: string
                reason: string | null
              }[]
              state_url?: string
            }
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/component-builds/{id}/logs/{name}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          offset?: number
        }
        header?: never
        path: {
          version: number
          id: number
          name: 'build' | 'root'
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/import-module/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            scmurl?: string
            modulemd?: string
            builds?: string[]
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/about/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              version: string
              api_version: number
              /** @enum {unknown} */
              auth_method: 'oidc' | 'kerberos'
              /** @description of the database: the folder of its builds below dataDir */
              instance: string
            }
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/rebuild-strategies/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              items: {
                name: string
                description: string
                allowed: boolean
                default: boolean
              }[]
            }
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/final-modulemd/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              [key: string]: string
            }
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/events': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/module-builds/{id}/events': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/effects/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          state?:
            | ('queued' | 'done' | 'failed' | 'parked' | 'canceled')
            | ('queued' | 'done' | 'failed' | 'parked' | 'canceled')[]
          subject?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/effects/{id}/retry': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/effects/{id}/fail': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: number
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            owner?: string
            reason?: string
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          pattern?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            name: string
            parent?: string
            arches?: string
            permission?: string | null
            locked?: boolean
            extra?: {
              [key: string]: unknown
            }
            block_extra?: string[]
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    options?: never
    head?: never
    patch: {
      parameters: {
        query?: never
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            name?: string
            remove_extra?: string[]
            arches?: string
            permission?: string | null
            locked?: boolean
            extra?: {
              [key: string]: unknown
            }
            block_extra?: string[]
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    trace?: never
  }
  '/hub/tags/{tag}/config': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/inheritance': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
          full?: boolean
          reverse?: boolean
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            links: {
              parent: string
              priority?: number
              maxdepth?: number | null
              intransitive?: boolean
              noconfig?: boolean
              pkg_filter?: string
              delete?: boolean
            }[]
            clear?: boolean
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/history': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          before?: number
          per_page?: number
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/last-change': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          inherit?: boolean
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/builds': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
          inherit?: boolean
          latest?: number
          package?: string
          type?: string
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            build: string
            force?: boolean
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/rpms': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
          inherit?: boolean
          latest?: number
          package?: string
          type?: string
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/builds/{nvr}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    delete: {
      parameters: {
        query?: {
          force?: boolean
        }
        header?: never
        path: {
          tag: string
          nvr: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/moves/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            build: string
            from: string
            to: string
            force?: boolean
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/packages': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
          inherit?: boolean
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/packages/{package}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          tag: string
          package: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            owner?: string
            blocked?: boolean
            extra_arches?: string
            force?: boolean
            update?: boolean
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          tag: string
          package: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/groups': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
          inherit?: boolean
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/groups/{group}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          tag: string
          group: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            blocked?: boolean
            exported?: boolean
            display_name?: string
            is_default?: boolean
            uservisible?: boolean
            description?: string
            langonly?: string | null
            biarchonly?: boolean
            packages?: string[]
            remove_packages?: string[]
            requirements?: string[]
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          tag: string
          group: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/targets/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/targets/{target}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
        }
        header?: never
        path: {
          target: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          target: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            build_tag?: string
            dest_tag?: string
            create?: boolean
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          target: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/builds/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          package?: string
          type?: string
          state?: 'building' | 'complete' | 'deleted' | 'failed' | 'canceled'
          owner?: string
          content_generator?: string
          untagged?: boolean
          before?: number
          per_page?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/builds/{build}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          build: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/builds/{build}/files': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          build: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/builds/{build}/files/{*}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          build: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/builds/{build}/headers/{nevra}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          build: string
          nevra: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/artifacts/faults': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          after?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/events/last': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          before?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/events/{event}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          event: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/cg-import': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/cg-reservations/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            content_generator: string
            name: string
            version: string
            release: string
            epoch?: number | null
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/cg-reservations/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: number
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            content_generator: string
            token: string
            state?: string
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/users/{user}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          user: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/users/{user}/permissions/{permission}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          user: string
          permission: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          user: string
          permission: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/content-generators/{generator}/users/{user}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          user: string
          generator: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          user: string
          generator: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/build-types/{type}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          type: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/composes/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            platform: string
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/composes/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/keys/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
}
export type webhooks = Record<string, never>
export interface components {
  schemas: never
  responses: never
  parameters: never
  requestBodies: never
  headers: never
  pathItems: never
}
export type $defs = Record<string, never>
export type operations = Record<string, never>
