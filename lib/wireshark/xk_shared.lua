-- SPDX-License-Identifier: BSD-2-Clause
--
-- What xk.lua and xk_hi2.lua share: a protocol on a TCP port of the user's choice, with TLS or without; texts.

local shared = {}

-- Beneath one port there is TLS or there is none. No message of ours begins with what a TLS record begins with.
local function is_tls(tvb)
  return tvb:len() >= 2 and tvb(0, 1):uint() >= 20 and tvb(0, 1):uint() <= 23 and tvb(1, 1):uint() == 3
end

-- Makes `dissect` the dissector of `proto`, whose preference `port` says where it is called.
function shared.serve(proto, dissect)
  local in_tls = false
  local tables = {DissectorTable.get("tcp.port"), DissectorTable.get("tls.port")}
  local current = 0

  local function give_to_tls(tvb, pinfo, tree)
    in_tls = true
    local good, result = pcall(Dissector.call, Dissector.get("tls"), tvb, pinfo, tree)
    in_tls = false
    if not good then
      error(result, 0)
    end
    return result
  end

  function proto.dissector(tvb, pinfo, tree)
    if not in_tls and is_tls(tvb) then
      return give_to_tls(tvb, pinfo, tree)
    end
    return dissect(tvb, pinfo, tree)
  end

  function proto.prefs_changed()
    for _, ports in ipairs(tables) do
      if current ~= 0 then
        ports:remove(current, proto)
      end
      if proto.prefs.port ~= 0 then
        ports:add(proto.prefs.port, proto)
      end
    end
    current = proto.prefs.port
  end

  for _, ports in ipairs(tables) do
    ports:add_for_decode_as(proto)
  end
end

-- Behind what the list of packets has of the packet already, of an earlier message in it.
function shared.show_column(pinfo, text)
  pinfo.cols.info:clear()
  pinfo.cols.info:append(text .. "  ")
  pinfo.cols.info:fence()
end

-- A terminal obeys control octets, and some forms of output have them as they are.
function shared.harmless(text)
  return (text:gsub("%c", function(octet) return string.format("\\x%02x", octet:byte()) end))
end

return shared
