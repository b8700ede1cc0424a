-- SPDX-License-Identifier: BSD-2-Clause
--
-- MIKEY messages (RFC 3830, RFC 6043) inside get_keys: a part of xk.lua.

-- MIKEY payloads (RFC 3830 6.1, RFC 6043 6.1).
local payload_names = {
  [1] = "KEMAC", [5] = "T", [6] = "ID", [9] = "V", [10] = "SP", [11] = "RAND", [12] = "ERR", [13] = "TR", [14] = "IDR",
  [15] = "RANDR", [17] = "TICKET", [21] = "General Ext.",
}

local mikey = {}

mikey.fields = {
  data_type = ProtoField.uint8("xk.mikey.data_type", "Data type", base.DEC,
    {[14] = "TRANSFER_INIT", [15] = "TRANSFER_RESP"}),
  csb_id = ProtoField.uint32("xk.mikey.csb_id", "CSB ID", base.HEX),
  cs_id = ProtoField.uint8("xk.mikey.cs_id", "Crypto Session ID"),
  payload = ProtoField.uint8("xk.mikey.payload", "Payload", base.DEC, payload_names),
  identity = ProtoField.string("xk.mikey.identity", "Identity", base.UNICODE),
}
local f = mikey.fields

mikey.broken = ProtoExpert.new("xk.mikey.broken", "The MIKEY message cannot be walked to its end",
  expert.group.MALFORMED, expert.severity.WARN)

-- Octets of the payload at `at`, by its type; nil for a type that is not walked here. A read past the end is an error.
local function payload_size(m, at, kind)
  local mac, time = {[0] = 0, [1] = 20, [2] = 32}, {[0] = 8, [1] = 8, [2] = 4, [3] = 4}
  local function u8(ahead)
    return m(at + ahead, 1):uint()
  end
  local function u16(ahead)
    return m(at + ahead, 2):uint()
  end
  local sizes = {
    [1] = function() return 5 + u16(2) + mac[u8(4 + u16(2))] end,
    [5] = function() return 2 + time[u8(1)] end,
    [6] = function() return 4 + u16(2) end,
    [9] = function() return 2 + mac[u8(1)] end,
    [10] = function() return 5 + u16(3) end,
    [11] = function() return 2 + u8(1) end,
    [12] = function() return 4 end,
    [13] = function() return 3 + time[u8(2)] end,
    [14] = function() return 5 + u16(3) end,
    [15] = function() return 3 + u8(2) end,
    [17] = function()
      local data = 12 + u16(8)
      local initiator = data + u16(data - 2) + 2
      return initiator + u16(initiator - 2)
    end,
    [21] = function() return 4 + u16(2) end,
  }
  return sizes[kind] and sizes[kind]()
end

-- The Crypto Sessions of a GENERIC-ID map (RFC 6043 6.1.1). Returns where the payloads begin.
local function walk_map(m, tree)
  local at = 10
  for _ = 1, m(8, 1):uint() do
    tree:add(f.cs_id, m(at, 1))
    at = at + 3 + m(at + 2, 1):uint() % 128
    at = at + 2 + m(at, 2):uint()
    at = at + 1 + m(at, 1):uint()
  end
  return at
end

-- What Wireshark's own dissector does not know: GENERIC-ID, and the payloads of MIKEY-TICKET.
local function walk(m, tree)
  local kind = m(2, 1):uint()
  tree:add(f.data_type, m(1, 1))
  tree:add(f.csb_id, m(4, 4))
  local at = walk_map(m, tree)
  while kind ~= 0 do
    local size = payload_size(m, at, kind)
    if not size then
      error("a payload that is not walked here")
    end
    local item = tree:add(f.payload, m(at, size), kind)
    if kind == 6 or kind == 14 then
      local head = kind == 6 and 4 or 5
      item:add_packet_field(f.identity, m(at + head, size - head), ENC_UTF_8)
    end
    kind = m(at, 1):uint()
    at = at + size
  end
  if at ~= m:len() then
    error("octets behind the last payload")
  end
end

-- Adds a message under `field`. Wireshark's own dissector shows one whose Crypto Session map it can read; it would take
-- the entries of a GENERIC-ID map, which MIKEY-TICKET uses, for payloads, so those are walked here. What it does to the
-- columns is the caller's to undo.
function mikey.show(range, field, pinfo, tree)
  local subtree = tree:add(field, range)
  local generic = range:len() >= 10 and range(9, 1):uint() == 2 and range(8, 1):uint() > 0
  local found, own = pcall(Dissector.get, "mikey")
  if not generic and found and own then
    pcall(own.call, own, range:tvb(), pinfo, subtree)
  elseif not pcall(walk, range:tvb(), subtree) then
    subtree:add_proto_expert_info(mikey.broken)
  end
end

return mikey
